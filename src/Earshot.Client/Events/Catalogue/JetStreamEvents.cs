using Earshot.Events;

// The records of events about JetStream: plain data, appended by its extension only. Defines payload, severity and wording of each event;
// does not decide when one occurs, and does not depend on JetStream's subjects.
namespace Earshot;

public partial interface INatsConnectionListener
{
    /// <summary>Called for <see cref="NatsEventKind.HeartbeatAlarm"/>: a running read received neither a message nor a heartbeat for two heartbeat intervals while a session was open.</summary>
    ValueTask OnHeartbeatAlarmAsync(NatsHeartbeatAlarmEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.UnhandledStatus"/>: a read received a status that this version does not recognize.</summary>
    ValueTask OnUnhandledStatusAsync(NatsUnhandledStatusEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.PullStatusWarning"/>: a pull requested more than the consumer allows.</summary>
    ValueTask OnPullStatusWarningAsync(NatsPullStatusWarningEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.PullStatusError"/>: a status of the server ended the read.</summary>
    ValueTask OnPullStatusErrorAsync(NatsPullStatusErrorEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.FlowControlProcessed"/>: a flow control request was answered.</summary>
    ValueTask OnFlowControlProcessedAsync(NatsFlowControlProcessedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ConsumerNotification"/>: a read reports a change of its consumer or of its messages, such as a pause or a new leader.</summary>
    ValueTask OnConsumerNotificationAsync(NatsConsumerNotificationEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ConsumerStalled"/>: a read cannot receive messages, and the client tries to restore it.</summary>
    ValueTask OnConsumerStalledAsync(NatsConsumerStalledEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ConsumerResumed"/>: a stalled read received a message or a heartbeat, or has a new consumer.</summary>
    ValueTask OnConsumerResumedAsync(NatsConsumerResumedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ConsumerLost"/>: the server ended the read.</summary>
    ValueTask OnConsumerLostAsync(NatsConsumerLostEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.ConsumerRecreated"/>: a consumer was recreated, and the read continues after the last message.</summary>
    ValueTask OnConsumerRecreatedAsync(NatsConsumerRecreatedEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.StreamRegression"/>: a stream assigned a sequence a second time or fell behind what it had acknowledged: it lost messages.</summary>
    ValueTask OnStreamRegressionAsync(NatsStreamRegressionEvent e, CancellationToken ct) => default;
    /// <summary>Called for <see cref="NatsEventKind.UncertainOutcome"/>: an operation ended with an unknown outcome, or the outcome of such an operation became known later.</summary>
    ValueTask OnUncertainOutcomeAsync(NatsUncertainOutcomeEvent e, CancellationToken ct) => default;
}

/// <summary>A running read received neither a message nor a heartbeat for two heartbeat intervals while a session was open. Once per silence.</summary>
public sealed record NatsHeartbeatAlarmEvent() : NatsConnectionEvent(NatsEventKind.HeartbeatAlarm, NatsEventSeverity.Warning)
{
    /// <summary>The read that the event is about.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The last stream sequence that was received.</summary>
    public ulong LastStreamSeq { get; init; }
    /// <summary>The last consumer sequence that was received.</summary>
    public ulong LastConsumerSeq { get; init; }
    /// <summary>The number of missed heartbeats.</summary>
    public int Missed { get; init; }
    /// <summary>The time since the last message or heartbeat.</summary>
    public TimeSpan Silence { get; init; }
    private protected override string Describe() => $"no message or heartbeat from {Consumer} for {EventText.Of(Silence)}, {EventText.Count(Missed, "heartbeat")} missed";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnHeartbeatAlarmAsync(this, ct);
}

/// <summary>A read received a status that this version does not recognize.</summary>
public sealed record NatsUnhandledStatusEvent() : NatsConnectionEvent(NatsEventKind.UnhandledStatus, NatsEventSeverity.Warning)
{
    /// <summary>The read that received the status; null when it is not known.</summary>
    public NatsJSConsumerRef? Consumer { get; init; }
    /// <summary>The subject on which the status was received.</summary>
    public required string Subject { get; init; }
    /// <summary>The code of the status.</summary>
    public int Code { get; init; }
    /// <summary>The text of the status.</summary>
    public required string Description { get; init; }
    private protected override string Describe() => $"unknown status {Code} '{Description}' on {Subject}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnUnhandledStatusAsync(this, ct);
}

/// <summary>A pull requested more than the consumer allows.</summary>
public sealed record NatsPullStatusWarningEvent() : NatsConnectionEvent(NatsEventKind.PullStatusWarning, NatsEventSeverity.Warning)
{
    /// <summary>The read that the event is about.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The code of the status.</summary>
    public int Code { get; init; }
    /// <summary>The text of the status.</summary>
    public required string Description { get; init; }
    /// <summary>Whether the read requests no more than the consumer allows from now on.</summary>
    public bool Clamped { get; init; }
    private protected override string Describe() => $"{Consumer}: {Code} {Description}{(Clamped ? ", requests less from now on" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPullStatusWarningAsync(this, ct);
}

/// <summary>A status of the server ended the read.</summary>
public sealed record NatsPullStatusErrorEvent() : NatsConnectionEvent(NatsEventKind.PullStatusError, NatsEventSeverity.Error)
{
    /// <summary>The read that the event is about.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The code of the status.</summary>
    public int Code { get; init; }
    /// <summary>The text of the status.</summary>
    public required string Description { get; init; }
    private protected override string Describe() => $"{Consumer}: {Code} {Description}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPullStatusErrorAsync(this, ct);
}

/// <summary>A flow control request was answered. For push consumers.</summary>
public sealed record NatsFlowControlProcessedEvent() : NatsConnectionEvent(NatsEventKind.FlowControlProcessed, NatsEventSeverity.Debug)
{
    /// <summary>The read that the event is about.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The subject to which the answer was published.</summary>
    public required string Subject { get; init; }
    /// <summary>The kind of message that requested the answer.</summary>
    public FlowControlSource Source { get; init; }
    /// <summary>The time for which the answer waited for the application.</summary>
    public TimeSpan Held { get; init; }
    private protected override string Describe() => $"{Consumer}: answered flow control after {EventText.Of(Held)} ({Source})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnFlowControlProcessedAsync(this, ct);
}

/// <summary>A read reports a change of its consumer or of its messages, such as a pause or a new leader. Late acks and returned messages are reported at most once per second.</summary>
public sealed record NatsConsumerNotificationEvent() : NatsConnectionEvent(NatsEventKind.ConsumerNotification, NatsEventSeverity.Information)
{
    /// <summary>The read that the event is about.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The kind of the notification.</summary>
    public NatsJSNotificationKind Notification { get; init; }
    /// <summary>Further details; null when there are none.</summary>
    public string? Detail { get; init; }
    /// <summary>The number of occurrences that the event reports.</summary>
    public long Count { get; init; }
    private protected override NatsEventSeverity CurrentSeverity => Notification is NatsJSNotificationKind.Unpaused or NatsJSNotificationKind.Unblocked
        or NatsJSNotificationKind.Pinned or NatsJSNotificationKind.GivenBack or NatsJSNotificationKind.LeadershipChange ? NatsEventSeverity.Information : NatsEventSeverity.Warning;
    private protected override string Describe() => $"{Consumer}: {Notification}{(Detail is null ? "" : $" ({Detail})")}{(Count > 1 ? $", {Count} times" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerNotificationAsync(this, ct);
}

/// <summary>A read cannot receive messages, and the client tries to restore it. Not reported while there is no session.</summary>
public sealed record NatsConsumerStalledEvent() : NatsConnectionEvent(NatsEventKind.ConsumerStalled, NatsEventSeverity.Warning)
{
    /// <summary>The read that the event is about.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The reason why no message can arrive.</summary>
    public StallReason Reason { get; init; }
    /// <summary>The state of the consumer as reported by the server; null when it did not answer.</summary>
    public ConsumerFacts? Info { get; init; }
    /// <summary>The number of received messages that the application can still read. The message that it is processing is not counted.</summary>
    public long Buffered { get; init; }
    private protected override string Describe() => $"{Consumer} stalled: {Reason}{(Info is null ? "" : $", {Info.Describe()}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerStalledAsync(this, ct);
}

/// <summary>A stalled read received a message or a heartbeat, or has a new consumer.</summary>
public sealed record NatsConsumerResumedEvent() : NatsConnectionEvent(NatsEventKind.ConsumerResumed, NatsEventSeverity.Information)
{
    /// <summary>The read that the event is about.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The duration of the stall.</summary>
    public TimeSpan Stalled { get; init; }
    /// <summary>The number of pull requests sent during the stall.</summary>
    public int Pulls { get; init; }
    /// <summary>What ended the stall.</summary>
    public ResumeSign Sign { get; init; }
    private protected override string Describe() => $"{Consumer} resumed after {EventText.Of(Stalled)} ({Sign})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerResumedAsync(this, ct);
}

/// <summary>The server ended the read. The end of the connection is reported by Closed only.</summary>
public sealed record NatsConsumerLostEvent() : NatsConnectionEvent(NatsEventKind.ConsumerLost, NatsEventSeverity.Error)
{
    /// <summary>The read that the event is about.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The reason why the read was ended.</summary>
    public LostReason Reason { get; init; }
    /// <summary>The error of the server; null when it gave none.</summary>
    public NatsJSApiFault? Error { get; init; }
    /// <summary>The number of received messages that the application can still read. The message that it is processing is not counted.</summary>
    public long Undelivered { get; init; }
    private protected override string Describe() => $"{Consumer} lost: {Reason}{(Error is null ? "" : $", {Error.Description} ({Error.ErrCode})")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerLostAsync(this, ct);
}

/// <summary>A consumer was recreated, and the read continues after the last message.</summary>
public sealed record NatsConsumerRecreatedEvent() : NatsConnectionEvent(NatsEventKind.ConsumerRecreated, NatsEventSeverity.Information)
{
    /// <summary>The read, with the new name of its consumer.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The previous name of the consumer.</summary>
    public required string OldName { get; init; }
    /// <summary>The reason why the consumer was recreated.</summary>
    public RecreateCause Cause { get; init; }
    /// <summary>The stream sequence at which the read continues.</summary>
    public ulong FromStreamSeq { get; init; }
    /// <summary>The consumer sequence that was expected; 0 when no sequence was missing.</summary>
    public ulong ExpectedConsumerSeq { get; init; }
    /// <summary>The consumer sequence that was received; 0 when no sequence was missing.</summary>
    public ulong GotConsumerSeq { get; init; }
    /// <summary>The number of attempts to recreate the consumer.</summary>
    public int Attempts { get; init; }
    /// <summary>The time that recreating the consumer took.</summary>
    public TimeSpan Duration { get; init; }
    private protected override string Describe() => $"{Consumer} recreated from sequence {FromStreamSeq} after {EventText.Of(Duration)} ({Cause})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerRecreatedAsync(this, ct);
}

/// <summary>A stream assigned a sequence a second time or fell behind what it had acknowledged: it lost messages. Once per regression.</summary>
public sealed record NatsStreamRegressionEvent() : NatsConnectionEvent(NatsEventKind.StreamRegression, NatsEventSeverity.Error)
{
    /// <summary>The name of the stream.</summary>
    public required string Stream { get; init; }
    /// <summary>The JetStream domain of the stream; null for the domain of the server.</summary>
    public string? Domain { get; init; }
    /// <summary>The lowest sequence that was expected.</summary>
    public ulong Expected { get; init; }
    /// <summary>The sequence that was found.</summary>
    public ulong Found { get; init; }
    /// <summary>How the loss was detected.</summary>
    public RegressionEvidence Evidence { get; init; }
    /// <summary>The creation time of the stream as known before; null when it was not known.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
    /// <summary>The creation time of the stream as known now; null when it is not known.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }
    /// <summary>What the client did about the loss.</summary>
    public RegressionAction Action { get; init; }
    private protected override string Describe() => $"stream {Stream} lost messages: sequence {Found} found, at least {Expected} expected ({Evidence})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnStreamRegressionAsync(this, ct);
}

/// <summary>An operation ended with an unknown outcome, or the outcome of such an operation became known later. Bursts are one event with a count.</summary>
public sealed record NatsUncertainOutcomeEvent() : NatsConnectionEvent(NatsEventKind.UncertainOutcome, NatsEventSeverity.Warning)
{
    /// <summary>The kind of the operation.</summary>
    public UncertainOperation Operation { get; init; }
    /// <summary>The subject of the operation.</summary>
    public required string Subject { get; init; }
    /// <summary>The name of the stream; null when it is not known.</summary>
    public string? Stream { get; init; }
    /// <summary>The message id; null when the message has none.</summary>
    public string? MsgId { get; init; }
    /// <summary>What is known of the outcome.</summary>
    public UncertainResult Result { get; init; }
    /// <summary>The sequence of the message in the stream; null when it is not known.</summary>
    public ulong? StreamSeq { get; init; }
    /// <summary>The number of times the operation was sent.</summary>
    public int Attempts { get; init; }
    /// <summary>The time since the operation was first sent.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>The number of operations that the event reports.</summary>
    public long Count { get; init; }
    private protected override string Describe() => $"{Operation} to {Subject}: {Result}{(StreamSeq is { } sequence ? $", sequence {sequence}" : "")}, {EventText.Of(Duration)} after it was sent{(Count > 1 ? $" ({Count} operations)" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnUncertainOutcomeAsync(this, ct);
}
