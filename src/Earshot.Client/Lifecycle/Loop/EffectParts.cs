using Earshot.Sessions;
using Earshot.Subscriptions;
using Earshot.Timing;

namespace Earshot.Lifecycle;

/// <summary>
/// Objects for effects that most connections never get, each created by the first effect that needs it. One object, so that an idle connection
/// has one empty field for all of them.
/// </summary>
internal sealed class EffectParts(ConnectionLoop loop, SessionParts parts, LoopOptions options)
{
    private Handover? _handover;
    private ActiveDrains? _drains;
    private CallbackRunner? _callbacks;

    /// <summary>The replay of the live session, parts of which the server may reject.</summary>
    public SessionStart? Replay { get; set; }

    /// <summary>Made by the first replay.</summary>
    public ReplayWatch? Watch { get; set; }

    /// <summary>Of the live session, created by the first error that needs it.</summary>
    public LimitProbe? Probe { get; set; }

    public Handover Handover => Lazily.Get(ref _handover, this, static owner => new Handover(owner.Parts, owner.Loop));

    /// <summary>Null while nothing was ever handed over.</summary>
    public Handover? UsedHandover => Volatile.Read(ref _handover);

    public ActiveDrains Drains => Lazily.Get(ref _drains, parts, static parts => new ActiveDrains(parts));

    /// <summary>Null while nothing was ever drained.</summary>
    public ActiveDrains? UsedDrains => Volatile.Read(ref _drains);

    public CallbackRunner Callbacks => _callbacks ??= new CallbackRunner(options.Callbacks, parts.Journal, parts.Time, loop);

    /// <summary>The next session is there: names what is not subscribed in it.</summary>
    public void ReportLeftOut()
    {
        foreach (NatsResubscribeFailedEvent failed in Watch?.Skipped ?? [])
        {
            parts.Journal.Append(failed);
        }

        Watch?.Skipped.Clear();
    }

    /// <summary>Leaves out of the next replays what has ended sessions, and with it what is longer where the length was the reason.</summary>
    public void SessionEnded(SessionEnd end)
    {
        (Probe, Replay) = (null, null);
        bool byServer = end.Reason is NatsDisconnectReason.ServerClosed or NatsDisconnectReason.ServerError or NatsDisconnectReason.SocketError or NatsDisconnectReason.WriteError;
        if (Watch?.SessionEnded(byServer) is not { } culprit)
        {
            return;
        }

        LeaveOut(culprit, end, NatsResubscribeFailReason.CausesDisconnect);
        if (end.ServerError?.Code != NatsServerErrorCode.MaximumControlLineExceeded)
        {
            return;
        }

        int tooLong = SubscriptionTable.LineOf(culprit).Length;
        foreach (InboundTarget target in parts.Subscriptions.Snapshot().Where(target => target.IsWanted && SubscriptionTable.LineOf(target).Length > tooLong))
        {
            LeaveOut(target, end, NatsResubscribeFailReason.Oversized);
        }
    }

    private void LeaveOut(InboundTarget target, SessionEnd end, NatsResubscribeFailReason reason)
    {
        Exception exception = end.ServerError is { } error ? new NatsServerException(error) : end.ToException(NatsOutcome.Rejected);
        Watch!.Skipped.Add(new NatsResubscribeFailedEvent { Subscription = target.View, Exception = exception, ServerError = end.ServerError, Reason = reason });
        target.End(NatsSubEndReason.Exception, exception);
    }

    private ConnectionLoop Loop => loop;

    private SessionParts Parts => parts;
}
