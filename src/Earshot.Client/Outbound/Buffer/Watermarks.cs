namespace Earshot.Outbound;

/// <summary>
/// Reports how full the buffer is while there is no live session: high at 80 %, low when all kept publishes were handed to a write, full
/// once per episode. Called under the outbound lock; the events it returns are appended after its release.
/// </summary>
internal struct Watermarks
{
    private bool _isHigh;
    private bool _isFull;

    /// <summary>More has gathered while there is no live session.</summary>
    public NatsConnectionEvent? Grown(long length, OutboundOptions options)
    {
        if (_isHigh || length < options.Limit * 8 / 10)
        {
            return null;
        }

        _isHigh = true;
        return new NatsPendingBufferHighEvent { Bytes = length, LimitBytes = options.Limit, Ratio = (double)length / options.Limit };
    }

    public NatsConnectionEvent? Full(OutboundOptions options)
    {
        if (_isFull)
        {
            return null;
        }

        _isFull = true;
        return new NatsPendingBufferFullEvent { LimitBytes = options.Limit, Policy = options.Policy };
    }

    /// <summary>The connection is over; the next run starts with an empty buffer and reports nothing of the old one.</summary>
    public void Reset() => (_isHigh, _isFull) = (false, false);

    /// <summary>All kept publishes were handed to a write.</summary>
    public NatsConnectionEvent? Shrunk(OutboundOptions options)
    {
        _isFull = false;
        if (!_isHigh)
        {
            return null;
        }

        _isHigh = false;
        return new NatsPendingBufferLowEvent { Bytes = 0, LimitBytes = options.Limit, Ratio = 0 };
    }
}
