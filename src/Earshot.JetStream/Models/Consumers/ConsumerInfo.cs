using System.Text.Json.Serialization;

namespace Earshot.JetStream;

/// <summary>Configuration and state of a consumer.</summary>
public record ConsumerInfo
{
    /// <summary>Name of the stream.</summary>
    public string StreamName { get; set; } = "";

    /// <summary>Name of the consumer.</summary>
    public string Name { get; set; } = "";

    /// <summary>When the server answered (since 2.10).</summary>
    public DateTimeOffset Ts { get; set; }

    /// <summary>Configuration.</summary>
    public ConsumerConfig Config { get; set; } = new();

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; set; }

    /// <summary>The last message delivered.</summary>
    public SequenceInfo Delivered { get; set; } = new();

    /// <summary>The message up to which all are acknowledged.</summary>
    public SequenceInfo AckFloor { get; set; } = new();

    /// <summary>Messages delivered and not acknowledged.</summary>
    public int NumAckPending { get; set; }

    /// <summary>Messages that were delivered more than once.</summary>
    public int NumRedelivered { get; set; }

    /// <summary>Pulls that wait.</summary>
    public int NumWaiting { get; set; }

    /// <summary>Messages not delivered yet.</summary>
    public ulong NumPending { get; set; }

    /// <summary>It delivers nothing for a while (since 2.11).</summary>
    [JsonPropertyName("paused")]
    public bool IsPaused { get; set; }

    /// <summary>For how long.</summary>
    public TimeSpan? PauseRemaining { get; set; }

    /// <summary>Where it lives.</summary>
    public ClusterInfo? Cluster { get; set; }

    /// <summary>Somebody listens to its deliver subject.</summary>
    public bool PushBound { get; set; }

    /// <summary>State of its priority groups (since 2.11).</summary>
    public ICollection<PriorityGroupState>? PriorityGroups { get; set; }
}
