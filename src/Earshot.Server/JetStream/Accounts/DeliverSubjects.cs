using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>Finds the push consumers that deliver to a subject.</summary>
internal sealed class DeliverSubjects
{
    private readonly Dictionary<byte[], List<ConsumerState>> _consumers = new(SubjectBytesComparer.Instance);

    /// <summary>All subjects.</summary>
    public IEnumerable<byte[]> All => _consumers.Keys;

    public IReadOnlyList<ConsumerState> Find(byte[] subject) => _consumers.GetValueOrDefault(subject) ?? [];

    public void Add(ConsumerState consumer)
    {
        if (consumer.Push is { Subject: var subject })
        {
            if (!_consumers.TryGetValue(subject, out List<ConsumerState>? all))
            {
                _consumers.Add(subject, all = []);
            }

            all.Add(consumer);
        }
    }

    public void Remove(ConsumerState consumer)
    {
        if (consumer.Push is { Subject: var subject } && _consumers.TryGetValue(subject, out List<ConsumerState>? all) && all.Remove(consumer) && all.Count == 0)
        {
            _consumers.Remove(subject);
        }
    }
}
