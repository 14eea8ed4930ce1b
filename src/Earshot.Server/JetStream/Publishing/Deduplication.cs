using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>The message ids of the last while, with the sequences of their messages.</summary>
internal sealed class Deduplication
{
    private readonly Dictionary<byte[], ulong> _sequences = new(SubjectBytesComparer.Instance);
    private readonly Queue<(byte[] Id, DateTimeOffset Until)> _order = new();

    public bool TryFind(ReadOnlySpan<byte> id, DateTimeOffset now, out ulong sequence)
    {
        Expire(now);
        return _sequences.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(id, out sequence);
    }

    public void Add(byte[] id, ulong sequence, DateTimeOffset until)
    {
        _sequences[id] = sequence;
        _order.Enqueue((id, until));
    }

    /// <summary>Forgets the ids of messages from this sequence on: they are lost.</summary>
    public void ForgetFrom(ulong sequence)
    {
        foreach (byte[] id in _sequences.Where(entry => entry.Value >= sequence).Select(entry => entry.Key).ToList())
        {
            _sequences.Remove(id);
        }
    }

    private void Expire(DateTimeOffset now)
    {
        while (_order.TryPeek(out (byte[] Id, DateTimeOffset Until) first) && first.Until <= now)
        {
            _order.Dequeue();
            _sequences.Remove(first.Id);
        }
    }
}
