using Earshot.Events;

namespace Earshot.Outbound;

/// <summary>
/// Whether there is room for one more frame, who waits for some, and what is reported of it. Under the outbound lock, but for
/// <see cref="MaxPayload"/>. It holds no bytes.
/// </summary>
internal struct OutboundRoom()
{
    private long _maxPayload = long.MaxValue;
    private bool _isMoving; // a working session was left as planned, and the next one is expected any moment
    private bool _isClosed;
    private Watermarks _watermarks;
    private SpaceQueue _space;

    /// <summary>The effective payload limit of the server, headers included; unlimited until a server has reported one.</summary>
    public long MaxPayload
    {
        readonly get => Volatile.Read(in _maxPayload);
        set => Volatile.Write(ref _maxPayload, value);
    }

    public readonly bool IsClosed => _isClosed;

    /// <summary>The answer for a frame of <paramref name="size"/> bytes behind <paramref name="length"/> that have gathered.</summary>
    public AppendResult For(int size, int length, bool isAttached, bool needsSession, OutboundOptions options, Journal journal)
    {
        if (_isClosed)
        {
            return AppendResult.Closed;
        }

        if (isAttached)
        {
            return length < options.WriteThreshold || length == 0 ? AppendResult.Appended : AppendResult.MustWait;
        }

        if (needsSession || options.Policy == OverflowPolicy.None)
        {
            return _isMoving && !needsSession ? AppendResult.MustWait : AppendResult.NoSession;
        }

        if (length + size <= options.Limit)
        {
            return AppendResult.Appended;
        }

        _watermarks.Full(options, journal);
        return options.Policy == OverflowPolicy.Wait ? AppendResult.MustWait : AppendResult.Full;
    }

    public void Grown(int length, OutboundOptions options, Journal journal) => _watermarks.Grown(length, options, journal);

    /// <summary>All that had gathered is on its way.</summary>
    public void Shrunk(OutboundOptions options, Journal journal)
    {
        _watermarks.Shrunk(options, journal);
        _space.WakeLocked();
    }

    public SpaceWaiter Enter() => _space.EnterLocked();

    public readonly void Leave(SpaceWaiter waiter) => _space.LeaveLocked(waiter);

    public readonly void Wake() => _space.WakeLocked();

    /// <summary>A planned move begins or is over; waiting publishers ask again.</summary>
    public void SetMoving(bool isMoving)
    {
        _isMoving = isMoving;
        _space.WakeLocked();
    }

    public void Close()
    {
        (_isClosed, _isMoving) = (true, false);
        _watermarks.Reset();
        _space.WakeLocked();
    }

    /// <summary>A connection that failed starts again.</summary>
    public void Reopen() => Volatile.Write(ref _isClosed, false);
}
