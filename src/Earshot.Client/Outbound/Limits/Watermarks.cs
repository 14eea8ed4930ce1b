using Earshot.Events;

namespace Earshot.Outbound;

/// <summary>
/// Reports how full the buffer is while there is no live session: high at 80 %, low when all that had gathered is on its way, full once per episode.
/// Called under the outbound lock.
/// </summary>
internal struct Watermarks
{
    private bool _isHigh;
    private bool _isFull;

    /// <summary>More has gathered while there is no live session.</summary>
    public void Grown(long length, OutboundOptions options, Journal journal)
    {
        if (_isHigh || length < options.Limit * 8 / 10)
        {
            return;
        }

        _isHigh = true;
        journal.Append(new NatsPendingBufferHighEvent { Bytes = length, Limit = options.Limit, Ratio = (double)length / options.Limit });
    }

    public void Full(OutboundOptions options, Journal journal)
    {
        if (_isFull)
        {
            return;
        }

        _isFull = true;
        journal.Append(new NatsPendingBufferFullEvent { Limit = options.Limit, Policy = options.Policy });
    }

    /// <summary>The connection is over; the next run starts with an empty buffer and reports nothing of the old one.</summary>
    public void Reset() => (_isHigh, _isFull) = (false, false);

    /// <summary>All that had gathered is on its way.</summary>
    public void Shrunk(OutboundOptions options, Journal journal)
    {
        _isFull = false;
        if (!_isHigh)
        {
            return;
        }

        _isHigh = false;
        journal.Append(new NatsPendingBufferLowEvent { Bytes = 0, Limit = options.Limit, Ratio = 0 });
    }
}
