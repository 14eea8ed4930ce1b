namespace Earshot.JetStream;

/// <summary>
/// Options of one publish to a stream. <see cref="NatsPubOpts.Timeout"/> is the time limit for all attempts of the publish; null:
/// <see cref="NatsJSOpts.PublishTimeout"/>.
/// </summary>
public record NatsJSPubOpts : NatsPubOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsJSPubOpts Default = new();

    /// <summary>
    /// The message id. A stream stores messages with the same id only once within its duplicate window, so that the publish can be sent
    /// again when its ack is missing. Null: the header <c>Nats-Msg-Id</c> of the call, or none.
    /// </summary>
    public string? MsgId { get; init; }

    /// <summary>The message is stored only if the last message of the stream has this message id. Null: no condition.</summary>
    public string? ExpectedLastMsgId { get; init; }

    /// <summary>The message is stored only in this stream. Null: no condition.</summary>
    public string? ExpectedStream { get; init; }

    /// <summary>The message is stored only if the last message of the stream has this sequence. Null: no condition.</summary>
    public ulong? ExpectedLastSequence { get; init; }

    /// <summary>The message is stored only if the last message of the subject has this sequence; 0: only if there is none. Null: no condition.</summary>
    public ulong? ExpectedLastSubjectSequence { get; init; }

    /// <summary>The subject for <see cref="ExpectedLastSubjectSequence"/>; wildcards are allowed (since server 2.11). Null: the subject of the message.</summary>
    public string? ExpectedLastSubjectSequenceSubject { get; init; }

    /// <summary>
    /// The time to live of the message, at least 1 s, in whole milliseconds (since server 2.11, for streams that allow it);
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>: it never expires. Null: the default of the stream.
    /// </summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The delay between attempts. Zero, the default: 50, 100, 200, 400, 800, then 1,000 ms.</summary>
    public TimeSpan RetryWaitBetweenAttempts { get; init; }

    /// <summary>The maximum number of attempts. Default: -1, no limit within the timeout. An attempt with an unknown effect is repeated only with a message id.</summary>
    public int RetryAttempts { get; init; } = -1;

    /// <summary>
    /// Whether to ask the server, when a publish has no responders, if a stream has the subject, and to fail immediately when there is none.
    /// Default: true. Not done for a subject to which this connection has published before.
    /// </summary>
    public bool FailFastWithoutStream { get; init; } = true;
}
