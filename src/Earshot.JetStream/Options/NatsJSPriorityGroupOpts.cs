namespace Earshot.JetStream;

/// <summary>
/// The values of a pull request for a priority group (ADR-42). They are compared with the configuration of the consumer as last known
/// (<see cref="INatsJSConsumer.Info"/>): a missing or unknown group, or a value that its policy does not use, is an <see cref="ArgumentException"/>,
/// and nothing is sent.
/// </summary>
public record NatsJSPriorityGroupOpts
{
    /// <summary>The name of the group, at most 16 characters. Required for a consumer with priority groups. Null: no group.</summary>
    public string? Group { get; init; }

    /// <summary>Messages are delivered only while at least this number of messages is pending; 0: always. For consumers with the policy <see cref="ConsumerConfigPriorityPolicy.Overflow"/>.</summary>
    public long MinPending { get; init; }

    /// <summary>Messages are delivered only while at least this number of messages waits for an ack; 0: always. For consumers with the policy <see cref="ConsumerConfigPriorityPolicy.Overflow"/>.</summary>
    public long MinAckPending { get; init; }

    /// <summary>The priority, from 0 (served first) to 9. Default: 0. For consumers with the policy <see cref="ConsumerConfigPriorityPolicy.Prioritized"/>.</summary>
    public byte Priority { get; init; }
}
