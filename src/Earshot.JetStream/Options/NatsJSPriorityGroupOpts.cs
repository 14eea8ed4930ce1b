namespace Earshot.JetStream;

/// <summary>The values of a pull request for a priority group (ADR-42).</summary>
public record NatsJSPriorityGroupOpts
{
    /// <summary>The name of the group, at most 16 characters. Null: no group.</summary>
    public string? Group { get; init; }

    /// <summary>Messages are delivered only while at least this number of messages is pending; 0: always.</summary>
    public long MinPending { get; init; }

    /// <summary>Messages are delivered only while at least this number of messages waits for an ack; 0: always.</summary>
    public long MinAckPending { get; init; }

    /// <summary>The priority, from 0 (served first) to 9. For consumers with the policy <c>prioritized</c>.</summary>
    public byte Priority { get; init; }
}
