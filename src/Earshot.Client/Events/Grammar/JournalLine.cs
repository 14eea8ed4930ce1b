namespace Earshot.Events;

/// <summary>What the grammar needs of an event, whether it comes from memory, from exported JSON or from a timeline.</summary>
internal readonly record struct JournalLine
{
    public NatsEventKind Kind { get; init; }
    public long Sequence { get; init; }
    public NatsConnectionState PreviousState { get; init; }
    public NatsConnectionState State { get; init; }
    public int SessionId { get; init; }
    public int OutageId { get; init; }
    public int AttemptId { get; init; }
    /// <summary>The first number missed, where the kind is EventsMissed.</summary>
    public long MissedFrom { get; init; }
    /// <summary>The first attempt that a coalesced failure represents; otherwise 0. The last one is its <see cref="AttemptId"/>.</summary>
    public int FirstAttemptId { get; init; }
    /// <summary>Whether a drain concerns one subscription only.</summary>
    public bool IsSubscriptionDrain { get; init; }

    /// <summary>The number of the read, for events about one of JetStream; otherwise 0.</summary>
    public long Handle { get; init; }

    public static JournalLine Of(NatsConnectionEvent e) => new()
    {
        Kind = e.Kind,
        Sequence = e.Sequence,
        PreviousState = e.PreviousState,
        State = e.State,
        SessionId = e.SessionId,
        OutageId = e.OutageId,
        AttemptId = e.AttemptId,
        MissedFrom = e is NatsEventsMissedEvent missed ? missed.FromSequence : 0,
        FirstAttemptId = e is NatsConnectAttemptFailedEvent failed ? failed.FirstAttemptId : 0,
        IsSubscriptionDrain = e is NatsDrainStartedEvent { Scope: NatsDrainScope.Subscription } or NatsDrainCompletedEvent { Scope: NatsDrainScope.Subscription },
        Handle = HandleOf(e),
    };

    private static long HandleOf(NatsConnectionEvent e) => e switch
    {
        NatsHeartbeatAlarmEvent alarm => alarm.Consumer.Handle,
        NatsPullStatusErrorEvent error => error.Consumer.Handle,
        NatsConsumerStalledEvent stalled => stalled.Consumer.Handle,
        NatsConsumerResumedEvent resumed => resumed.Consumer.Handle,
        NatsConsumerLostEvent lost => lost.Consumer.Handle,
        NatsConsumerRecreatedEvent recreated => recreated.Consumer.Handle,
        NatsConsumerNotificationEvent notification => notification.Consumer.Handle,
        NatsPullStatusWarningEvent warning => warning.Consumer.Handle,
        NatsFlowControlProcessedEvent processed => processed.Consumer.Handle,
        _ => 0,
    };
}
