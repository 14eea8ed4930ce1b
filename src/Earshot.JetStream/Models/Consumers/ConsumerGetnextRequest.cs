namespace Earshot.JetStream;

/// <summary>One pull.</summary>
public record ConsumerGetnextRequest
{
    /// <summary>How long it waits.</summary>
    public TimeSpan Expires { get; set; }

    /// <summary>Most messages.</summary>
    public long Batch { get; set; }

    /// <summary>Most bytes; 0: no limit.</summary>
    public long MaxBytes { get; set; }

    /// <summary>Do not wait.</summary>
    public bool NoWait { get; set; }

    /// <summary>How often the server says that it is alive; zero: never.</summary>
    public TimeSpan IdleHeartbeat { get; set; }

    /// <summary>The priority group (since 2.11).</summary>
    public string? Group { get; set; }

    /// <summary>Deliver only while at least this many messages are pending.</summary>
    public long MinPending { get; set; }

    /// <summary>Deliver only while at least this many messages wait for an ack.</summary>
    public long MinAckPending { get; set; }

    /// <summary>Id of the pinned client.</summary>
    public string? Id { get; set; }

    /// <summary>Priority 0 to 9 (since 2.12).</summary>
    public byte Priority { get; set; }
}
