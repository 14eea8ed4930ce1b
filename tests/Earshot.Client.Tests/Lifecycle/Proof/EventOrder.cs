using Earshot.Lifecycle;

namespace Earshot.Client.Tests.Lifecycle.Proof;

/// <summary>Where a connection run is in the order of its lifecycle events.</summary>
internal enum EventPhase
{
    New,
    Connecting,
    Live,
    Lost,
    Outage,
    Restored,
    Ended,
}

/// <summary>How far a drain of the connection has been reported.</summary>
internal enum DrainReport
{
    None,
    Started,
    Completed,
}

/// <summary>
/// The order rules of lifecycle events, as a table for a proof. Written from docs/events.md and without the code that the journal checks itself
/// with; stricter in two places, because the machine knows more than a reader of a journal: an outage always has its Resubscribed, and a
/// Disconnected that announces another session is followed by Reconnecting in the same step.
/// </summary>
internal readonly record struct EventOrder(EventPhase Phase, DrainReport Drain, bool IsLameDuckReported)
{
    /// <summary>The order after these effects; <paramref name="violation"/> says what was out of order first.</summary>
    public EventOrder After(IEnumerable<MachineEffect> effects, out string? violation)
    {
        EventOrder order = this;
        violation = null;
        foreach (MachineEffect effect in effects)
        {
            violation ??= order.Refuses(effect);
            order = order.After(effect);
        }

        return order;
    }

    private string? Refuses(MachineEffect effect) => effect switch
    {
        BeginRun => Phase == EventPhase.Ended ? null : "a new run of a connection that has not ended",
        RunEnded when Phase is EventPhase.Ended => "a second Closed",
        RunEnded when Phase is EventPhase.Live or EventPhase.Restored => "Closed without Disconnected",
        RunEnded when Drain == DrainReport.Started => "Closed without the end of the drain",
        _ when Phase == EventPhase.Ended && effect is Emit or CompleteDrain => $"{KindOf(effect)} after Closed",
        CompleteDrain { OnlyIfLeft: false } when Drain != DrainReport.Started => "DrainCompleted without DrainStarted",
        Emit emit when !IsInPlace(emit.Event) => $"{KindOf(effect)} in phase {Phase}",
        _ => null,
    };

    private bool IsInPlace(NatsConnectionEvent e) => e.Kind switch
    {
        NatsEventKind.Connecting => Phase == EventPhase.New,
        NatsEventKind.ConnectAttempt => Phase is EventPhase.Connecting or EventPhase.Outage or EventPhase.Live or EventPhase.Restored && Drain != DrainReport.Completed,
        NatsEventKind.ReconnectDelay => Phase is EventPhase.Connecting or EventPhase.Outage,
        NatsEventKind.Connected => Phase == EventPhase.Connecting && Drain == DrainReport.None,
        NatsEventKind.Disconnected => Phase == EventPhase.Live,
        NatsEventKind.Reconnecting => Phase == EventPhase.Lost && Drain != DrainReport.Completed,
        NatsEventKind.Reconnected => Phase == EventPhase.Outage && Drain != DrainReport.Completed,
        NatsEventKind.Resubscribed => Phase == EventPhase.Restored,
        NatsEventKind.LameDuckMode => Phase is EventPhase.Live or EventPhase.Restored && !IsLameDuckReported,
        NatsEventKind.DrainStarted => Drain == DrainReport.None,
        NatsEventKind.DrainingPublishers => Drain == DrainReport.Started && Phase is EventPhase.Live or EventPhase.Restored,
        NatsEventKind.ServerInfoUpdated or NatsEventKind.ForceReconnect => Phase is EventPhase.Live or EventPhase.Restored,
        _ => Phase != EventPhase.Lost || e.Kind == NatsEventKind.PendingDiscarded,
    };

    private EventOrder After(MachineEffect effect) => effect switch
    {
        BeginRun => default,
        RunEnded => this with { Phase = EventPhase.Ended },
        CompleteDrain { OnlyIfLeft: false } => this with { Drain = DrainReport.Completed },
        Emit emit => After(emit.Event),
        _ => this,
    };

    private EventOrder After(NatsConnectionEvent e) => e.Kind switch
    {
        NatsEventKind.Connecting => this with { Phase = EventPhase.Connecting },
        NatsEventKind.Connected => this with { Phase = EventPhase.Live, IsLameDuckReported = false },
        NatsEventKind.Disconnected => this with { Phase = EventPhase.Lost },
        NatsEventKind.Reconnecting => this with { Phase = EventPhase.Outage },
        NatsEventKind.Reconnected => this with { Phase = EventPhase.Restored, IsLameDuckReported = false },
        NatsEventKind.Resubscribed => this with { Phase = EventPhase.Live },
        NatsEventKind.LameDuckMode => this with { IsLameDuckReported = true },
        NatsEventKind.DrainStarted => this with { Drain = DrainReport.Started },
        _ => this,
    };

    private static string KindOf(MachineEffect effect) => effect is Emit emit ? emit.Event.Kind.ToString() : effect.GetType().Name;
}
