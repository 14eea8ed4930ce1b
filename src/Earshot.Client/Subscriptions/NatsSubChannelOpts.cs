using System.Threading.Channels;

namespace Earshot;

/// <summary>Queue options in the words of <see cref="System.Threading.Channels"/>.</summary>
public record NatsSubChannelOpts
{
    /// <summary>What happens when the queue is full. Null: the connection's default.</summary>
    public BoundedChannelFullMode? FullMode { get; init; }

    /// <summary>Messages that may wait. Null: the connection's default.</summary>
    public int? Capacity { get; init; }
}
