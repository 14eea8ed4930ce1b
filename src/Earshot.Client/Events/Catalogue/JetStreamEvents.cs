using Earshot.Events;

// The records of events about JetStream: plain data, which only its extension appends. Owns payload, severity and wording of each; never
// decides when one happens, and knows nothing of JetStream's subjects.
namespace Earshot;

/// <summary>Nothing came to a running read for two heartbeats, with a session open: once per silence.</summary>
public sealed record NatsHeartbeatAlarmEvent() : NatsConnectionEvent(NatsEventKind.HeartbeatAlarm, NatsEventSeverity.Warning)
{
    /// <summary>The read.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The last sequence of the stream that came.</summary>
    public ulong LastStreamSeq { get; init; }
    /// <summary>The last sequence of the consumer that came.</summary>
    public ulong LastConsumerSeq { get; init; }
    /// <summary>Heartbeats that stayed away.</summary>
    public int Missed { get; init; }
    /// <summary>How long nothing came.</summary>
    public TimeSpan Silence { get; init; }
    private protected override string Describe() => $"nothing from {Consumer} for {EventText.Of(Silence)}, {EventText.Count(Missed, "heartbeat")} missed";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnHeartbeatAlarmAsync(this, ct);
}

/// <summary>A status that this version does not know came to a read.</summary>
public sealed record NatsUnhandledStatusEvent() : NatsConnectionEvent(NatsEventKind.UnhandledStatus, NatsEventSeverity.Warning)
{
    /// <summary>The read; null when it is not known.</summary>
    public NatsJSConsumerRef? Consumer { get; init; }
    /// <summary>The subject it came to.</summary>
    public required string Subject { get; init; }
    /// <summary>Its number.</summary>
    public int Code { get; init; }
    /// <summary>Its text.</summary>
    public required string Description { get; init; }
    private protected override string Describe() => $"unknown status {Code} '{Description}' on {Subject}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnUnhandledStatusAsync(this, ct);
}

/// <summary>A pull asked for more than the consumer allows.</summary>
public sealed record NatsPullStatusWarningEvent() : NatsConnectionEvent(NatsEventKind.PullStatusWarning, NatsEventSeverity.Warning)
{
    /// <summary>The read.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>Number of the status.</summary>
    public int Code { get; init; }
    /// <summary>Its text.</summary>
    public required string Description { get; init; }
    /// <summary>The read asks for less from now on.</summary>
    public bool Clamped { get; init; }
    private protected override string Describe() => $"{Consumer}: {Code} {Description}{(Clamped ? ", asking for less from now on" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPullStatusWarningAsync(this, ct);
}

/// <summary>A status ends the read.</summary>
public sealed record NatsPullStatusErrorEvent() : NatsConnectionEvent(NatsEventKind.PullStatusError, NatsEventSeverity.Error)
{
    /// <summary>The read.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>Number of the status.</summary>
    public int Code { get; init; }
    /// <summary>Its text.</summary>
    public required string Description { get; init; }
    private protected override string Describe() => $"{Consumer}: {Code} {Description}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnPullStatusErrorAsync(this, ct);
}

/// <summary>A request of flow control was answered; for push consumers.</summary>
public sealed record NatsFlowControlProcessedEvent() : NatsConnectionEvent(NatsEventKind.FlowControlProcessed, NatsEventSeverity.Debug)
{
    /// <summary>The read.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The subject that was answered.</summary>
    public required string Subject { get; init; }
    /// <summary>What asked.</summary>
    public FlowControlSource Source { get; init; }
    /// <summary>How long the answer waited for the application.</summary>
    public TimeSpan Held { get; init; }
    private protected override string Describe() => $"{Consumer}: answered flow control after {EventText.Of(Held)} ({Source})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnFlowControlProcessedAsync(this, ct);
}

/// <summary>What else a read has to tell. A late ack and what was given back are reported at most once per second.</summary>
public sealed record NatsConsumerNotificationEvent() : NatsConnectionEvent(NatsEventKind.ConsumerNotification, NatsEventSeverity.Information)
{
    /// <summary>The read.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>What.</summary>
    public NatsJSNotificationKind Notification { get; init; }
    /// <summary>More about it; null: nothing.</summary>
    public string? Detail { get; init; }
    /// <summary>How many it stands for.</summary>
    public long Count { get; init; }
    private protected override NatsEventSeverity CurrentSeverity => Notification is NatsJSNotificationKind.Unpaused or NatsJSNotificationKind.Unblocked
        or NatsJSNotificationKind.Pinned or NatsJSNotificationKind.GivenBack or NatsJSNotificationKind.LeadershipChange ? NatsEventSeverity.Information : NatsEventSeverity.Warning;
    private protected override string Describe() => $"{Consumer}: {Notification}{(Detail is null ? "" : $" ({Detail})")}{(Count > 1 ? $", {Count} times" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerNotificationAsync(this, ct);
}

/// <summary>Nothing can arrive at a read, and the client works on it. Not while there is no session.</summary>
public sealed record NatsConsumerStalledEvent() : NatsConnectionEvent(NatsEventKind.ConsumerStalled, NatsEventSeverity.Warning)
{
    /// <summary>The read.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>Why.</summary>
    public StallReason Reason { get; init; }
    /// <summary>What the server said of the consumer; null: nothing.</summary>
    public ConsumerFacts? Info { get; init; }
    /// <summary>Messages that were received and not read.</summary>
    public long Buffered { get; init; }
    private protected override string Describe() => $"{Consumer} stalled: {Reason}{(Info is null ? "" : $", {Info.Describe()}")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerStalledAsync(this, ct);
}

/// <summary>The first response after a stall.</summary>
public sealed record NatsConsumerResumedEvent() : NatsConnectionEvent(NatsEventKind.ConsumerResumed, NatsEventSeverity.Information)
{
    /// <summary>The read.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>How long it was stalled.</summary>
    public TimeSpan Stalled { get; init; }
    /// <summary>How often it asked meanwhile.</summary>
    public int Pulls { get; init; }
    /// <summary>What came.</summary>
    public ResumeSign Sign { get; init; }
    private protected override string Describe() => $"{Consumer} resumed after {EventText.Of(Stalled)} ({Sign})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerResumedAsync(this, ct);
}

/// <summary>The server ended the read. The end of the connection is reported by Closed alone.</summary>
public sealed record NatsConsumerLostEvent() : NatsConnectionEvent(NatsEventKind.ConsumerLost, NatsEventSeverity.Error)
{
    /// <summary>The read.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>Why.</summary>
    public LostReason Reason { get; init; }
    /// <summary>What the server said; null: nothing more.</summary>
    public NatsJSApiFault? Error { get; init; }
    /// <summary>Messages that were received and not read.</summary>
    public long Undelivered { get; init; }
    private protected override string Describe() => $"{Consumer} lost: {Reason}{(Error is null ? "" : $", {Error.Description} ({Error.ErrCode})")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerLostAsync(this, ct);
}

/// <summary>A consumer was made again, and the read continues behind the last message.</summary>
public sealed record NatsConsumerRecreatedEvent() : NatsConnectionEvent(NatsEventKind.ConsumerRecreated, NatsEventSeverity.Information)
{
    /// <summary>The read, with the new name.</summary>
    public required NatsJSConsumerRef Consumer { get; init; }
    /// <summary>The name before.</summary>
    public required string OldName { get; init; }
    /// <summary>Why.</summary>
    public RecreateCause Cause { get; init; }
    /// <summary>Sequence of the stream at which it continues.</summary>
    public ulong FromStreamSeq { get; init; }
    /// <summary>The sequence of the consumer that was expected; 0: none.</summary>
    public ulong ExpectedConsumerSeq { get; init; }
    /// <summary>The one that came; 0: none.</summary>
    public ulong GotConsumerSeq { get; init; }
    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }
    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }
    private protected override string Describe() => $"{Consumer} recreated from sequence {FromStreamSeq} after {EventText.Of(Duration)} ({Cause})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnConsumerRecreatedAsync(this, ct);
}

/// <summary>A stream gave a sequence a second time, or fell behind what it had acknowledged: it lost messages. Once per fall.</summary>
public sealed record NatsStreamRegressionEvent() : NatsConnectionEvent(NatsEventKind.StreamRegression, NatsEventSeverity.Error)
{
    /// <summary>The stream.</summary>
    public required string Stream { get; init; }
    /// <summary>Its domain; null: that of the server.</summary>
    public string? Domain { get; init; }
    /// <summary>The lowest sequence that could come.</summary>
    public ulong Expected { get; init; }
    /// <summary>The one that came.</summary>
    public ulong Found { get; init; }
    /// <summary>What showed it.</summary>
    public RegressionEvidence Evidence { get; init; }
    /// <summary>When the stream was made, as known before.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }
    /// <summary>When it was made, as known now.</summary>
    public DateTimeOffset? CreatedAfter { get; init; }
    /// <summary>What the client did.</summary>
    public RegressionAction Action { get; init; }
    private protected override string Describe() => $"stream {Stream} lost messages: sequence {Found} came where {Expected} was the least ({Evidence})";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnStreamRegressionAsync(this, ct);
}

/// <summary>An operation ended and no one knows with what effect, or what became of one came to light later. Bursts are one event with a count.</summary>
public sealed record NatsUncertainOutcomeEvent() : NatsConnectionEvent(NatsEventKind.UncertainOutcome, NatsEventSeverity.Warning)
{
    /// <summary>What.</summary>
    public UncertainOperation Operation { get; init; }
    /// <summary>The subject.</summary>
    public required string Subject { get; init; }
    /// <summary>The stream, where known.</summary>
    public string? Stream { get; init; }
    /// <summary>The message id; null: none.</summary>
    public string? MsgId { get; init; }
    /// <summary>What is known.</summary>
    public UncertainResult Result { get; init; }
    /// <summary>Sequence of the message, where known.</summary>
    public ulong? StreamSeq { get; init; }
    /// <summary>How often it was sent.</summary>
    public int Attempts { get; init; }
    /// <summary>How long ago it was sent first.</summary>
    public TimeSpan Duration { get; init; }
    /// <summary>How many it stands for.</summary>
    public long Count { get; init; }
    private protected override string Describe() => $"{Operation} to {Subject}: {Result}{(StreamSeq is { } sequence ? $", sequence {sequence}" : "")}, {EventText.Of(Duration)} after it was sent{(Count > 1 ? $" ({Count} of them)" : "")}";
    internal override ValueTask DeliverAsync(INatsConnectionListener listener, CancellationToken ct) => listener.OnUncertainOutcomeAsync(this, ct);
}
