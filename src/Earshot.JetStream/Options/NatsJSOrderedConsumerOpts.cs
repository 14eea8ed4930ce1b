namespace Earshot.JetStream;

/// <summary>Options of an ordered consumer.</summary>
public record NatsJSOrderedConsumerOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsJSOrderedConsumerOpts Default = new();

    /// <summary>The subjects of the messages to read; wildcards are allowed. Default: all subjects.</summary>
    public string[] FilterSubjects { get; init; } = [];

    /// <summary>The message at which a read starts. Default: the first message of the stream.</summary>
    public ConsumerConfigDeliverPolicy DeliverPolicy { get; init; } = ConsumerConfigDeliverPolicy.All;

    /// <summary>
    /// The first sequence to read. Used with <see cref="ConsumerConfigDeliverPolicy.ByStartSequence"/>. If the stream does not contain the
    /// sequence before it yet, it has lost messages since that was read: this is reported (<see cref="NatsStreamRegressionEvent"/>), and the
    /// read waits until the sequence is stored, or ends with <see cref="NatsJSRegressionPolicy.Fail"/>.
    /// </summary>
    public ulong OptStartSeq { get; init; }

    /// <summary>The time of the first message to read. Used with <see cref="ConsumerConfigDeliverPolicy.ByStartTime"/>.</summary>
    public DateTimeOffset OptStartTime { get; init; }

    /// <summary>The speed at which messages are delivered. Default: as fast as possible.</summary>
    public ConsumerConfigReplayPolicy ReplayPolicy { get; init; } = ConsumerConfigReplayPolicy.Instant;

    /// <summary>The time without use after which the server deletes the consumer. Default: 5 min.</summary>
    public TimeSpan InactiveThreshold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether only headers are delivered, without payloads. Default: false.</summary>
    public bool HeadersOnly { get; init; }

    /// <summary>The number of consecutive failed attempts to recreate the consumer after which the read ends. Default: -1, no limit.</summary>
    public int MaxResetAttempts { get; init; } = -1;

    /// <summary>What a read does when the stream has lost messages. Default: <see cref="NatsJSRegressionPolicy.ResumeByTime"/>.</summary>
    public NatsJSRegressionPolicy RegressionPolicy { get; init; }
}
