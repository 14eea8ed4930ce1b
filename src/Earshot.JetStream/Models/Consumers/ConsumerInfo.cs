using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Configuration and state of a consumer.</summary>
public record ConsumerInfo
{
    /// <summary>The name of the stream.</summary>
    public string StreamName { get; set; } = "";

    /// <summary>The name of the consumer.</summary>
    public string Name { get; set; } = "";

    /// <summary>The time of the response on the server (since server 2.10).</summary>
    public DateTimeOffset Ts { get; set; }

    /// <summary>The configuration of the consumer.</summary>
    public ConsumerConfig Config { get; set; } = new();

    /// <summary>The time at which the consumer was created.</summary>
    public DateTimeOffset Created { get; set; }

    /// <summary>The sequences of the last delivered message.</summary>
    public SequenceInfo Delivered { get; set; } = new();

    /// <summary>The sequences up to which all messages are acknowledged.</summary>
    public SequenceInfo AckFloor { get; set; } = new();

    /// <summary>The number of delivered messages without an ack.</summary>
    public int NumAckPending { get; set; }

    /// <summary>The number of messages without an ack that were delivered more than once.</summary>
    public int NumRedelivered { get; set; }

    /// <summary>The number of waiting pull requests.</summary>
    public int NumWaiting { get; set; }

    /// <summary>The number of messages that have not been delivered yet.</summary>
    public ulong NumPending { get; set; }

    /// <summary>Whether the consumer is paused (since server 2.11).</summary>
    [JsonPropertyName("paused")]
    public bool IsPaused { get; set; }

    /// <summary>The remaining time of the pause; null when the consumer is not paused.</summary>
    public TimeSpan? PauseRemaining { get; set; }

    /// <summary>The placement of the consumer in the cluster; null without a cluster.</summary>
    public ClusterInfo? Cluster { get; set; }

    /// <summary>Whether the deliver subject of a push consumer has a subscriber.</summary>
    public bool PushBound { get; set; }

    /// <summary>The state of the priority groups (since server 2.11); null when there are none.</summary>
    public ICollection<PriorityGroupState>? PriorityGroups { get; set; }
}
