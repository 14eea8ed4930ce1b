namespace Earshot.JetStream;

/// <summary>Options of one acknowledgement of a message.</summary>
public readonly record struct AckOpts
{
    /// <summary>Whether to wait for the server's confirmation of the ack. Null: <see cref="NatsJSOpts.DoubleAck"/>.</summary>
    public bool? DoubleAck { get; init; }

    /// <summary>The delay before the message is delivered again; for a negative ack only. Null: the delay of the consumer's configuration. At most 100 years, which <see cref="Timeout.InfiniteTimeSpan"/> is as well.</summary>
    public TimeSpan? NakDelay { get; init; }

    /// <summary>The reason that the server publishes in its advisory; for a terminating ack only. Null: none.</summary>
    public string? TerminateReason { get; init; }
}
