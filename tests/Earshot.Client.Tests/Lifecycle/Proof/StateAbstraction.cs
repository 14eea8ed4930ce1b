using Earshot.Lifecycle;
using Earshot.Servers;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>
/// Replaces what no decision reads, or reads only in comparison with a limit, by a canonical value, so that the reachable states are finite:
/// a count is kept up to the limit that it is compared with, a time as older or younger than the interval that it is compared with, a figure that
/// only events show is removed. What is removed here is named in docs/machines.md.
/// </summary>
internal sealed class StateAbstraction(CourseOptions course)
{
    /// <summary>The time before each input. Old enough that nothing is negative.</summary>
    public static readonly TimeSpan Now = TimeSpan.FromDays(30);

    public static readonly DateTimeOffset WallClock = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Longer than every interval that the machine compares a time with, except the expiry of credentials.</summary>
    public static readonly TimeSpan LongTime = TimeSpan.FromSeconds(61);

    /// <summary>Credentials that need not be renewed yet, and longer than the longest wait of the timer.</summary>
    public static readonly TimeSpan FarExpiry = TimeSpan.FromDays(3);

    private static readonly TimeSpan s_nearExpiry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_refusalLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private const int Coalesced = NatsConnectAttemptFailedEvent.CoalescedFrom;

    private static readonly Exception s_refused = new IOException("refused");

    private readonly MachineOptions _options = course.Machine;

    /// <summary>The state as of <see cref="Now"/>, when <paramref name="elapsed"/> has passed since the input before.</summary>
    public MachineState Apply(MachineState s, TimeSpan elapsed) => s with
    {
        Pool = s.Pool with { Servers = [.. s.Pool.Servers.Select(Of)] },
        Live = s.Live is { } live ? Of(live, elapsed) : null,
        LastServer = null,
        Search = s.Search == Search.None ? Search.None : Of(s.Search, elapsed),
        Successor = s.Successor is { } successor
            ? successor with { Attempt = Of(successor.Attempt, elapsed), CredentialsExpireAt = Expiry(successor.CredentialsExpireAt, elapsed) }
            : null,
        BackoffRound = Math.Min(s.BackoffRound, 2),
        HasSeenCluster = false,
        Lost = s.Lost is { } lost ? Of(lost) : null,
        Drain = s.Drain is { } drain ? drain with { Started = Now, Delivered = 0 } : null,
        LastError = null,
        CloseReason = null,
        FirstConnectAt = Now,
        Outages = 0,
        Downtime = TimeSpan.Zero,
        Repeated = s.Repeated.ConvertAll(repeated => repeated with { Held = Math.Min(repeated.Held, 1) }),
        HeldInfo = s.HeldInfo is { } held ? held with { Changes = Math.Min(held.Changes, 1) } : null,
        Refusals = s.Refusals == AuthRejections.None ? AuthRejections.None : Of(s.Refusals, s.Pool, elapsed),
    };

    private PoolServer Of(PoolServer server) => server with
    {
        Attempts = Math.Min(server.Attempts, Math.Max(_options.MaxAttemptsPerServer, 0)),
        LastError = null,
        LastConnected = null,
        AuthFailures = Math.Min(server.AuthFailures, 2),
    };

    private LiveSession Of(LiveSession live, TimeSpan elapsed) => live with
    {
        Server = new NatsServer { Url = live.Server.Url },
        Started = Since(live.Started, _options.StableAfter, elapsed),
        CredentialsExpireAt = Expiry(live.CredentialsExpireAt, elapsed),
    };

    private static SessionLoss Of(SessionLoss lost)
    {
        bool isPlanned = lost.Reason is NatsDisconnectReason.ForceReconnect or NatsDisconnectReason.LameDuck;
        var session = new LiveSession(0, 0, new NatsServer { Url = lost.Session.Server.Url }, new NatsServerInfo(), Now);
        return new SessionLoss(session, isPlanned ? lost.Reason : NatsDisconnectReason.ServerClosed, Now, WallClock);
    }

    private OpenAttempt Of(OpenAttempt attempt, TimeSpan elapsed) => attempt with
    {
        Server = new PoolServer { Id = attempt.Server.Id, Address = attempt.Server.Address },
        Started = Now,
        LastProgress = Since(attempt.LastProgress, _options.HedgeAfter, elapsed),
        Endpoint = null,
        Phase = NatsConnectPhase.Tcp,
        Info = attempt.HasInfo ? new NatsServerInfo() : null,
        Number = 0,
    };

    // The limit counts servers; without one they are not counted. Events count addresses, of which the twentieth is reported otherwise than the first.
    private Search Of(Search search, TimeSpan elapsed) => search with
    {
        Open = search.Open.ConvertAll(attempt => Of(attempt, elapsed)),
        Failures = [.. search.Failures.Select(Of).DistinctBy(failure => failure.Exception.GetType())],
        Round = Math.Min(search.Round, 2),
        Attempts = !course.CountsAttempts ? Math.Min(search.Attempts, 1) : search.Attempts is > 1 and < Coalesced ? Coalesced - 1 : Math.Min(search.Attempts, Coalesced),
        ServerAttempts = Math.Min(search.ServerAttempts, Math.Max(_options.MaxReconnects, 0) + 1),
        Started = Now,
        Held = search.Held is { } held ? held with { Count = 1, Since = Since(held.Since, s_minute, elapsed) } : null,
    };

    private static NatsConnectFailure Of(NatsConnectFailure failure) =>
        new(new Uri("nats://any"), null, NatsConnectPhase.Tcp, failure.Exception is NatsCredentialsException or NatsTlsException { IsContradiction: true } ? failure.Exception : s_refused);

    private static AuthRejections Of(AuthRejections refusals, ServerPool pool, TimeSpan elapsed) => refusals with
    {
        FirstAt = refusals.FirstAt is { } at ? Since(at, s_refusalLimit, elapsed) : null,
        Latest = refusals.Latest.RemoveRange(refusals.Latest.Keys.Where(id => pool.Find(id) is null)),
        Reported = refusals.Reported.SetItems(refusals.Reported.Select(pair => KeyValuePair.Create(
            pair.Key,
            new ReportedRejection(Since(pair.Value.At, s_minute, elapsed), 0)))),
    };

    private static TimeSpan Since(TimeSpan moment, TimeSpan limit, TimeSpan elapsed) => Now + elapsed - moment >= limit ? Now - limit : Now;

    private DateTimeOffset? Expiry(DateTimeOffset? at, TimeSpan elapsed)
    {
        TimeSpan? left = at - (WallClock + elapsed);
        return left is null ? null : WallClock + (left > _options.RenewBeforeExpiry ? FarExpiry : left > TimeSpan.Zero ? s_nearExpiry : -s_nearExpiry);
    }
}
