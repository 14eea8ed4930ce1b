using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>Finds the consumer that an ack names, without making strings.</summary>
internal sealed class AckTargets
{
    private readonly Dictionary<byte[], ConsumerState> _consumers = new(SubjectBytesComparer.Instance);

    /// <param name="names">The stream and the consumer with a dot between them.</param>
    public ConsumerState? Find(ReadOnlySpan<byte> names) =>
        _consumers.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(names, out ConsumerState? consumer) ? consumer : null;

    public void Add(ConsumerState consumer) => _consumers.Add(Key(consumer), consumer);

    public void Remove(ConsumerState consumer) => _consumers.Remove(Key(consumer));

    private static byte[] Key(ConsumerState consumer) => Encoding.UTF8.GetBytes($"{consumer.Stream.Name}.{consumer.Name}");
}
