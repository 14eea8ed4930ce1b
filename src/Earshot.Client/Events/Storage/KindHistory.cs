namespace Earshot.Events;

/// <summary>
/// The kinds of the last events, two bytes each, kept longer than the events themselves, so that what a reader missed can be
/// counted by kind. Grows on demand. Not thread-safe: the journal's lock guards it.
/// </summary>
internal sealed class KindHistory(int limit)
{
    private const int InitialSize = 8;

    private short[] _kinds = new short[Math.Min(InitialSize, limit)];
    private long _last;

    public void Add(NatsEventKind kind)
    {
        if (_last >= _kinds.Length && _kinds.Length < limit)
        {
            Grow();
        }

        _kinds[_last++ % _kinds.Length] = (short)kind;
    }

    /// <summary>The number of events of each kind in a range of sequence numbers, as far as still known.</summary>
    public Dictionary<NatsEventKind, int> Count(long from, long to)
    {
        var counts = new Dictionary<NatsEventKind, int>();
        for (long sequence = Math.Max(from, _last - _kinds.Length + 1); sequence <= to; sequence++)
        {
            var kind = (NatsEventKind)_kinds[(sequence - 1) % _kinds.Length];
            counts[kind] = counts.GetValueOrDefault(kind) + 1;
        }

        return counts;
    }

    private void Grow()
    {
        short[] grown = new short[Math.Min(limit, _kinds.Length * 2)];
        for (long sequence = _last - _kinds.Length; sequence < _last; sequence++)
        {
            grown[sequence % grown.Length] = _kinds[sequence % _kinds.Length];
        }

        _kinds = grown;
    }
}
