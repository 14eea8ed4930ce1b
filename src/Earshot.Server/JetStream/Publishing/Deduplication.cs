using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>The message ids of the last while, with the sequences of their messages.</summary>
internal sealed class Deduplication
{
    private readonly Dictionary<byte[], (ulong Sequence, DateTimeOffset Until)> _sequences = new(SubjectBytesComparer.Instance);
    private readonly Queue<(byte[] Id, DateTimeOffset Until)> _order = new();

    public bool TryFind(ReadOnlySpan<byte> id, DateTimeOffset now, out ulong sequence)
    {
        Expire(now);
        bool isFound = _sequences.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(id, out (ulong Sequence, DateTimeOffset Until) entry);
        sequence = entry.Sequence;
        return isFound;
    }

    public void Add(byte[] id, ulong sequence, DateTimeOffset until)
    {
        _sequences[id] = (sequence, until);
        _order.Enqueue((id, until));
    }

    /// <summary>Forgets the ids of messages from this sequence on: they are lost.</summary>
    public void ForgetFrom(ulong sequence)
    {
        foreach (byte[] id in _sequences.Where(entry => entry.Value.Sequence >= sequence).Select(entry => entry.Key).ToList())
        {
            _sequences.Remove(id);
        }
    }

    private void Expire(DateTimeOffset now)
    {
        while (_order.TryPeek(out (byte[] Id, DateTimeOffset Until) first) && first.Until <= now)
        {
            _order.Dequeue();
            if (_sequences.TryGetValue(first.Id, out (ulong Sequence, DateTimeOffset Until) entry) && entry.Until == first.Until)
            {
                _sequences.Remove(first.Id); // not an id that was forgotten and published again
            }
        }
    }
}
