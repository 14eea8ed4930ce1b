namespace Earshot.Fleet.Reading;

/// <summary>Which messages of a stream were read, in whatever order they arrived. Pure and bounded.</summary>
internal sealed class StreamCursor
{
    private const int MostRanges = 256;

    // Ascending, neither overlapping nor adjacent.
    private readonly List<(ulong From, ulong To)> _read = [];

    /// <summary>The highest sequence that was read; 0 before the first.</summary>
    public ulong Last => _read is [.., var last] ? last.To : 0;

    /// <summary>Notes that a message was read.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Take(ulong sequence) => Cover(sequence, sequence) > 0;

    /// <summary>Notes that the stream has no further message between two sequences, these included.</summary>
    /// <returns>How many of them had not been read.</returns>
    public ulong Cover(ulong from, ulong to)
    {
        ulong added = to - from + 1;
        int first = _read.FindIndex(range => range.To + 1 >= from);
        if (first < 0)
        {
            _read.Add((from, to));
            Limit();
            return added;
        }

        int end = first;
        (ulong low, ulong high) = (from, to);
        for (; end < _read.Count && _read[end].From <= to + 1; end++)
        {
            (ulong start, ulong stop) = _read[end];
            (low, high) = (Math.Min(low, start), Math.Max(high, stop));
            added -= Overlap(from, to, start, stop);
        }

        _read.RemoveRange(first, end - first);
        _read.Insert(first, (low, high));
        Limit();
        return added;
    }

    /// <summary>Returns the first range that was not read, up to a sequence that the stream has; null when there is none. What precedes the first read message is none.</summary>
    public (ulong From, ulong To)? Gap(ulong end)
    {
        if (_read.Count > 1)
        {
            return (_read[0].To + 1, _read[1].From - 1);
        }

        return Last < end ? (Last + 1, end) : null;
    }

    private static ulong Overlap(ulong from, ulong to, ulong start, ulong stop)
    {
        (ulong low, ulong high) = (Math.Max(from, start), Math.Min(to, stop));
        return low <= high ? high - low + 1 : 0;
    }

    // The oldest gap is given up.
    private void Limit()
    {
        if (_read.Count > MostRanges)
        {
            _read[1] = (_read[0].From, _read[1].To);
            _read.RemoveAt(0);
        }
    }
}
