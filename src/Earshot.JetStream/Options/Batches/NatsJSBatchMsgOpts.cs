namespace Earshot.JetStream;

/// <summary>Options of one message of a batch. The server checks the expectations of an atomic batch when it is committed.</summary>
public sealed record NatsJSBatchMsgOpts
{
    /// <summary>
    /// The message id. When all messages of a batch have one, the client can find out whether a commit without an answer was stored.
    /// Null: the header <c>Nats-Msg-Id</c> of the call, or none.
    /// </summary>
    public string? MsgId { get; init; }

    /// <summary>The time to live of the message, as <see cref="NatsJSPubOpts.Ttl"/>. Null: the default of the stream.</summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The message is stored only in this stream. Null: no condition.</summary>
    public string? ExpectedStream { get; init; }

    /// <summary>The message is stored only if the last message of the stream, without those of the batch, has this sequence. Null: no condition.</summary>
    public ulong? ExpectedLastSequence { get; init; }

    /// <summary>The message is stored only if the last message of the subject has this sequence; 0: only if there is none. Null: no condition.</summary>
    public ulong? ExpectedLastSubjectSequence { get; init; }

    /// <summary>The subject for <see cref="ExpectedLastSubjectSequence"/>; wildcards are allowed. Null: the subject of the message.</summary>
    public string? ExpectedLastSubjectSequenceSubject { get; init; }

    internal NatsJSPubOpts ToPublish() => new()
    {
        MsgId = MsgId,
        Ttl = Ttl,
        ExpectedStream = ExpectedStream,
        ExpectedLastSequence = ExpectedLastSequence,
        ExpectedLastSubjectSequence = ExpectedLastSubjectSequence,
        ExpectedLastSubjectSequenceSubject = ExpectedLastSubjectSequenceSubject,
    };
}
