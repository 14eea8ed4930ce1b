namespace Earshot.JetStream;

/// <summary>Options of an ordered consumer.</summary>
public record NatsJSOrderedConsumerOpts
{
    /// <summary>The defaults.</summary>
    public static readonly NatsJSOrderedConsumerOpts Default = new();

    /// <summary>Only messages with these subjects, which may have wildcards. Default: all.</summary>
    public string[] FilterSubjects { get; init; } = [];

    /// <summary>Where it begins. Default: with the first message of the stream.</summary>
    public ConsumerConfigDeliverPolicy DeliverPolicy { get; init; } = ConsumerConfigDeliverPolicy.All;

    /// <summary>For <see cref="ConsumerConfigDeliverPolicy.ByStartSequence"/>: the sequence.</summary>
    public ulong OptStartSeq { get; init; }

    /// <summary>For <see cref="ConsumerConfigDeliverPolicy.ByStartTime"/>: the time.</summary>
    public DateTimeOffset OptStartTime { get; init; }

    /// <summary>At once, or as fast as they were stored. Default: immediately.</summary>
    public ConsumerConfigReplayPolicy ReplayPolicy { get; init; } = ConsumerConfigReplayPolicy.Instant;

    /// <summary>The server deletes the consumer when nothing was read for so long. Default: 5 min.</summary>
    public TimeSpan InactiveThreshold { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Headers without payloads. Default: false.</summary>
    public bool HeadersOnly { get; init; }

    /// <summary>How often in a row making the consumer again may fail; -1, the default: without limit.</summary>
    public int MaxResetAttempts { get; init; } = -1;

    /// <summary>What to do when the stream has lost messages. Default: <see cref="NatsJSRegressionPolicy.ResumeByTime"/>.</summary>
    public NatsJSRegressionPolicy RegressionPolicy { get; init; }
}
