using Earshot.Server.JetStream;

namespace Earshot;

/// <summary>A consumer of an in-process server: a copy of its state.</summary>
/// <param name="Name">The name of the consumer.</param>
/// <param name="Delivered">The sequence in the stream of the last message that was delivered.</param>
/// <param name="AckFloor">The sequence in the stream up to which all messages have their acks.</param>
/// <param name="AckPending">The sequences in the stream of the messages that were delivered and have no ack.</param>
/// <param name="Pending">The number of messages that were not delivered.</param>
/// <param name="WaitingPulls">The number of pull requests that wait for messages.</param>
public sealed record NatsTestServerConsumer(string Name, ulong Delivered, ulong AckFloor, IReadOnlyList<ulong> AckPending, ulong Pending, int WaitingPulls)
{
    /// <summary>Whether it is a push consumer with a subscription to its deliver subject, so that it delivers.</summary>
    public bool IsPushBound { get; init; }

    /// <summary>The id of the pinned client of a consumer with the policy <c>pinned_client</c>; <see langword="null"/>: no client is pinned.</summary>
    public string? PinnedClient { get; init; }

    internal static NatsTestServerConsumer Of(ConsumerState consumer) => new(
        consumer.Name, consumer.Position.DeliveredStream, consumer.Position.FloorStream, [.. consumer.Pending.Sequences], consumer.Cursor.Pending, consumer.Waiting.Count)
    {
        IsPushBound = consumer.Push?.IsBound == true,
        PinnedClient = consumer.Waiting.Pinned.Id,
    };
}
