using System.Collections.Immutable;
using Earshot.Servers;

namespace Earshot.Lifecycle;

/// <summary>Whether to stop looking; what then happens is not here. Limits count the servers that one search has dialled, however many addresses each of them has.</summary>
internal static class GiveUpRules
{
    private const int RefusalsPerServer = 2;
    private static readonly TimeSpan s_rejectionTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_longestRefusedWait = TimeSpan.FromSeconds(30);

    public static FailureDecision Decide(MachineTurn turn)
    {
        MachineState state = turn.State;
        bool isLast = state.Search.Open.IsEmpty && state.Search.Queue.IsEmpty;
        if (state.Live is not null)
        {
            return ContinueSearch(turn, isLast); // a migration: there is still the old session
        }

        if (!state.HasConnectedOnce && !RetriesInitially(turn.Options))
        {
            return isLast ? new FailureDecision(NatsCloseReason.InitialConnectFailed) : ContinueSearch(turn, isLast);
        }

        if (AllServersRejectedCredentials(turn))
        {
            return new FailureDecision(NatsCloseReason.AuthenticationFailed);
        }
        // A dial that is still open may yet succeed; the first connect tries the whole pool before any limit counts.
        if (state.Search.Open.IsEmpty && turn.Options.MaxReconnects >= 0 && state.Search.ServerAttempts >= turn.Options.MaxReconnects && !MayDialNext(turn))
        {
            return new FailureDecision(NatsCloseReason.MaxReconnectsReached);
        }

        return ContinueSearch(turn, isLast);
    }

    /// <summary>Whether the limit of one outage leaves room for the next dial of the round. Those that are open count as if they had failed.</summary>
    public static bool MayDialNext(MachineTurn turn)
    {
        Search search = turn.State.Search;
        return !search.Queue.IsEmpty && (search.Queue[0].IsAlternateAddress || search.ServerAttempts < ServerAttemptLimit(turn));
    }

    /// <summary>Whether the only open dial has shown too little to be left alone.</summary>
    public static bool CanHedge(MachineTurn turn) =>
        turn.State.Search.Open is [var alone] && (!alone.HasInfo || alone.IsStalled(turn.Now, turn.Options.HedgeAfter));

    private static int ServerAttemptLimit(MachineTurn turn) =>
        turn.State is { Live: null, HasConnectedOnce: true } && turn.Options.MaxReconnects >= 0 ? turn.Options.MaxReconnects : int.MaxValue;

    public static bool RetriesInitially(MachineOptions options) => options.RetryOnInitialConnect && options.MaxReconnects != 0;

    private static FailureDecision ContinueSearch(MachineTurn turn, bool isLast)
    {
        Search search = turn.State.Search;
        if (isLast)
        {
            TimeSpan longest = turn.Options.ReconnectWaitMax;
            if (longest < s_longestRefusedWait && IsRejectedByAllServers(turn) && RetriesRejectedCredentials(turn))
            {
                longest = s_longestRefusedWait;
            }

            TimeSpan delay = turn.Backoff(turn.State.BackoffRound + 1, longest: longest);
            return new FailureDecision(null, delay) { NextDelay = turn.Options.HasDelayCallback ? null : delay };
        }

        bool dialsAtOnce = (search.Open.IsEmpty || CanHedge(turn)) && MayDialNext(turn);
        return new FailureDecision(null) { NextDelay = dialsAtOnce ? TimeSpan.Zero : null };
    }

    /// <summary>What the server of an attempt has answered in its try: a refusal of the credentials at any of its addresses counts more than what another address does.</summary>
    public static NatsServerError? AnswerOf(Search search, OpenAttempt attempt, NatsServerError? error) =>
        IsRefusal(error) ? error : search.RefusedBy.GetValueOrDefault(attempt.ServerId) ?? error;

    /// <summary>An attempt is over and no address of its server is left to try: what its server has answered to the credentials.</summary>
    public static void RecordAuthResult(MachineTurn turn, OpenAttempt attempt, NatsServerError? error)
    {
        Search search = turn.State.Search;
        turn.State = turn.State with { Search = search with { RefusedBy = search.RefusedBy.Remove(attempt.ServerId) } };
        if (turn.State.Live is not null)
        {
            return; // a server that is to take over from a session that works: the old one has been accepted
        }

        bool isRefusal = IsRefusal(error);
        AuthRejections run = turn.State.Refusals;
        if (!isRefusal && run.FirstAt is null)
        {
            return; // there is nothing to compare with
        }

        AuthResult answer = isRefusal ? AuthResult.Refused : error is not null || attempt.HasInfo ? AuthResult.Other : AuthResult.None;
        turn.State = turn.State with
        {
            Pool = isRefusal ? turn.State.Pool.AuthFailed(attempt.ServerId, error!.Text) : turn.State.Pool,
            Refusals = run with
            {
                FirstAt = run.FirstAt ?? turn.Now,
                Latest = run.Latest.SetItem(attempt.ServerId, answer),
                IsJwtOver = run.IsJwtOver || EndsJwt(turn, error),
            },
        };
    }

    /// <summary>Whether a server reported that the JWT in the options, which cannot be renewed, is expired or revoked.</summary>
    public static bool EndsJwt(MachineTurn turn, NatsServerError? error) =>
        turn.Options.HasFixedJwt && error?.Code is NatsServerErrorCode.UserAuthenticationExpired or NatsServerErrorCode.UserAuthenticationRevoked;

    /// <inheritdoc cref="IsRefusal(NatsServerErrorCode)"/>
    public static bool IsRefusal([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] NatsServerError? error) => error is not null && IsRefusal(error.Code);

    /// <summary>A server that saw no CONNECT in time is overloaded or has a long round trip; that does not concern the credentials.</summary>
    public static bool IsRefusal(NatsServerErrorCode code) => code is NatsServerErrorCode.AuthorizationViolation
        or NatsServerErrorCode.UserAuthenticationExpired
        or NatsServerErrorCode.UserAuthenticationRevoked
        or NatsServerErrorCode.AccountAuthenticationExpired;

    /// <summary>
    /// Whether refused credentials are retried without limit: they may be others at the next attempt, or they have been accepted before, when a
    /// rotated secret or an authentication service that is away looks like any other refusal.
    /// </summary>
    public static bool RetriesRejectedCredentials(MachineTurn turn) =>
        turn.Options.IgnoreAuthErrorAbort || turn.Options.AreCredentialsDynamic || (turn.State.HasBeenAccepted && !IsJwtOver(turn));

    /// <summary>How long rejections may continue before the connection gives up; null: without limit, or no rejection has been counted.</summary>
    public static TimeSpan? RejectionTimeLeft(MachineTurn turn)
    {
        bool givesUp = turn.State.Live is null && (turn.State.HasConnectedOnce || RetriesInitially(turn.Options)) && !RetriesRejectedCredentials(turn);
        if (!givesUp || turn.State.Refusals.FirstAt is not { } first)
        {
            return null;
        }

        TimeSpan left = first + s_rejectionTimeout - turn.Now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    // Every server that answers has refused twice for the same reason, and the first refusal is half a minute ago: more attempts would
    // not help and might lock the user out. Servers that do not answer say nothing about the credentials.
    private static bool AllServersRejectedCredentials(MachineTurn turn)
    {
        if (RejectionTimeLeft(turn) != TimeSpan.Zero)
        {
            return false;
        }

        ImmutableDictionary<int, AuthResult> latest = turn.State.Refusals.Latest;
        PoolServer[] answering = [.. turn.State.Pool.Servers.Where(server => !server.IsParked && (!latest.TryGetValue(server.Id, out AuthResult answer) || answer != AuthResult.None))];
        return answering.Length > 0
            && Array.TrueForAll(answering, server => latest.GetValueOrDefault(server.Id) == AuthResult.Refused && server.AuthFailures >= RefusalsPerServer);
    }

    // According to the server's error, or to the local clock if the error only reports a rejection.
    private static bool IsJwtOver(MachineTurn turn) =>
        turn.Options.HasFixedJwt && (turn.State.Refusals.IsJwtOver || turn.Options.FixedJwtExpiresAt <= turn.Stamp.WallClock);

    private static bool IsRejectedByAllServers(MachineTurn turn)
    {
        ImmutableDictionary<int, AuthResult> latest = turn.State.Refusals.Latest;
        return !latest.IsEmpty && turn.State.Pool.Servers.All(server => server.IsParked || latest.GetValueOrDefault(server.Id) == AuthResult.Refused);
    }
}
