namespace Earshot.JetStream;

/// <summary>
/// Options of one publish to a stream. <see cref="NatsPubOpts.Timeout"/> is the longest time until its outcome, with all attempts; null:
/// <see cref="NatsJSOpts.PublishTimeout"/>.
/// </summary>
public record NatsJSPubOpts : NatsPubOpts
{
    /// <summary>Options with their defaults.</summary>
    public static readonly NatsJSPubOpts Default = new();

    /// <summary>
    /// Message id: the stream stores messages with one id once within its duplicate window, so that this publish can be sent again when its
    /// ack does not come. Null: the header <c>Nats-Msg-Id</c> of the call, or none.
    /// </summary>
    public string? MsgId { get; init; }

    /// <summary>Store only if the last message of the stream has this id. Null: no such condition.</summary>
    public string? ExpectedLastMsgId { get; init; }

    /// <summary>Store only in this stream. Null: no such condition.</summary>
    public string? ExpectedStream { get; init; }

    /// <summary>Store only if the last message of the stream has this sequence. Null: no such condition.</summary>
    public ulong? ExpectedLastSequence { get; init; }

    /// <summary>Store only if the last message of the subject has this sequence; 0: if there is none. Null: no such condition.</summary>
    public ulong? ExpectedLastSubjectSequence { get; init; }

    /// <summary>The subject that <see cref="ExpectedLastSubjectSequence"/> is about, wildcards allowed (since server 2.11). Null: that of the message.</summary>
    public string? ExpectedLastSubjectSequenceSubject { get; init; }

    /// <summary>
    /// Time to live of the message, at least 1 s, in whole milliseconds (since server 2.11, where the stream allows it);
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: never expires. Null: as the stream says.
    /// </summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The same delay between all attempts. Zero, the default: 50, 100, 200, 400, 800, then 1,000 ms.</summary>
    public TimeSpan RetryWaitBetweenAttempts { get; init; }

    /// <summary>Most attempts. Default: -1, as many as there is time for. An attempt whose effect is unknown is repeated only with a message id.</summary>
    public int RetryAttempts { get; init; } = -1;

    /// <summary>
    /// When no one takes the publish, ask the server whether a stream has its subject, and fail immediately where none has. Default: on. Not
    /// for a subject that was published to before on this connection.
    /// </summary>
    public bool FailFastWithoutStream { get; init; } = true;
}
