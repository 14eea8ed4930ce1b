namespace Earshot.JetStream.Requests;

/// <summary>
/// The highest acknowledged sequence of a stream since its sequences last fell, now and after earlier changes. A publish whose stream is not
/// known until its ack arrives is compared with what was acknowledged when it started: other acks may have arrived between. Changes are numbered
/// for all streams of a connection. Not thread-safe.
/// </summary>
internal sealed class AckHistory
{
    /// <summary>The number of earlier values that are kept.</summary>
    public const int Capacity = 256;

    private (long Change, ulong Sequence)[]? _earlier; // a ring, allocated with the first value that is kept
    private int _count; // of all that were kept since the last fall
    private long _change; // of the present value; 0: none

    /// <summary>The highest acknowledged sequence; 0: none.</summary>
    public ulong Highest { get; private set; }

    /// <summary>A higher sequence was acknowledged.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="change">The number of this change.</param>
    /// <param name="asked">The highest change that a publish without a known stream started after: an earlier value is kept only for those.</param>
    public void Raise(ulong sequence, long change, long asked)
    {
        if (_change > 0 && _change <= asked)
        {
            _earlier ??= new (long, ulong)[Capacity];
            _earlier[_count++ % Capacity] = (_change, Highest);
            _count = _count == 2 * Capacity ? Capacity : _count;
        }

        (Highest, _change) = (sequence, change);
    }

    /// <summary>The sequences fell: what was acknowledged before says nothing any more.</summary>
    public void Fall(ulong sequence, long change) => (Highest, _change, _count) = (sequence, change, 0);

    /// <summary>Returns the highest sequence that was acknowledged after a change, or a lower one that was acknowledged before; 0: not known.</summary>
    public ulong At(long change)
    {
        if (_change <= change)
        {
            return Highest;
        }

        int low = Math.Max(0, _count - Capacity);
        int high = _count;
        while (low < high) // the first one after the change
        {
            int middle = (low + high) / 2;
            (low, high) = _earlier![middle % Capacity].Change <= change ? (middle + 1, high) : (low, middle);
        }

        return low > Math.Max(0, _count - Capacity) ? _earlier![(low - 1) % Capacity].Sequence : 0;
    }
}
