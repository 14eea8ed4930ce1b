namespace Earshot.JetStream;

/// <summary>Options of one acknowledgement.</summary>
public readonly record struct AckOpts
{
    /// <summary>Wait for the server's confirmation that the ack was received. Null: <see cref="NatsJSOpts.DoubleAck"/>.</summary>
    public bool? DoubleAck { get; init; }

    /// <summary>For a negative ack: redeliver after this time. Null: as the consumer's configuration says.</summary>
    public TimeSpan? NakDelay { get; init; }

    /// <summary>For a terminating ack: the reason, shown in the server's advisory. Null: none.</summary>
    public string? TerminateReason { get; init; }
}
