namespace Earshot.JetStream;

/// <summary>How a pull takes part in a priority group (ADR-42).</summary>
public record NatsJSPriorityGroupOpts
{
    /// <summary>Name of the group, at most 16 characters. Null: no group.</summary>
    public string? Group { get; init; }

    /// <summary>Deliver only while at least this many messages are pending; 0 means no such condition.</summary>
    public long MinPending { get; init; }

    /// <summary>Deliver only while at least this many messages wait for an ack; 0 means no such condition.</summary>
    public long MinAckPending { get; init; }

    /// <summary>Priority 0 to 9, the lower one is served first. For consumers with the policy <c>prioritized</c>.</summary>
    public byte Priority { get; init; }
}
