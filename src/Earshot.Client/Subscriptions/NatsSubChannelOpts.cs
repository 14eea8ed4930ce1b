using System.Threading.Channels;

namespace Earshot;

/// <summary>The queue options of a subscription in the terms of <see cref="System.Threading.Channels"/>.</summary>
public record NatsSubChannelOpts
{
    /// <summary>What happens when the queue is full. Null: the default of the connection.</summary>
    public BoundedChannelFullMode? FullMode { get; init; }

    /// <summary>Maximum number of queued messages. Null: the default of the connection.</summary>
    public int? Capacity { get; init; }
}
