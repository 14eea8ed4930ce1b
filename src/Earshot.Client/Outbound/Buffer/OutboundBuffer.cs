using System.Buffers;
using System.Diagnostics;
using Earshot.Events;
using Earshot.Timing;

namespace Earshot.Outbound;

/// <summary>
/// The one write buffer of a connection. Publishers encode whole frames in place under one short lock; what has
/// gathered becomes the flight that is sent. It knows no lifecycle: attached to a flusher it drains, detached it grows to its limit.
/// It does not write to the transport.
/// </summary>
internal sealed class OutboundBuffer(OutboundOptions options, Journal journal, TimeProvider time)
{
    private FrameEncoder? _encoder; // made by the first publish

    // All below is written under Gate. _active gathers new frames; the flight is being written in slices; _tail stands between
    // them while a session hands over to the next one (what may still leave on the old session, and nothing after it).
    private Gate _gate;
    private byte[] _active = [];
    private int _length;
    private byte[] _tail = [];
    private int _tailLength;
    private IFlusher? _flusher, _drainingFlusher;
    private bool _flushing; // the flusher is started and sees to what is here; publishers need not start it
    private bool _isMoving; // a session that works was left on purpose, and the next one is expected any moment
    private bool _isClosed;
    private Watermarks _watermarks;
    private SpaceQueue _space;
    private int _expected;
    private long _appended, _tailEndsAt, _lost;
    private long _settled; // publishes that were no longer here after the last cut: sent or lost
    private long _taken; // bytes of all flights, the present one included
    private OutboundMark _arrived; // what the server has confirmed, perhaps before the write that it answers has come back

    /// <summary>Guards this buffer and the subscription table, so that a SUB and its place in the replay cannot differ.</summary>
    public ref Gate Gate => ref _gate;

    public TimeProvider Time => time;

    /// <summary>What is being written, and whose turn it is to write it.</summary>
    public OutboundFlight Flight { get; } = new(time, Math.Min(options.WorthWriting, options.WriteThreshold));

    /// <summary>The effective payload limit of the server, headers included; unlimited until a server has told.</summary>
    public long MaxPayload { get; set => Volatile.Write(ref field, value); } = long.MaxValue;

    public long PendingBytes => Volatile.Read(ref _length) + Volatile.Read(ref _tailLength) + Math.Max(0, Volatile.Read(ref _taken) - SentBytes);

    public long PendingMessages => Math.Max(0, Volatile.Read(ref _appended) - Settled);

    /// <summary>Publishes that a transport took or the server confirmed; those lost in a failed write or never sent do not count.</summary>
    public long SentMessages => Settled - Volatile.Read(ref _lost);

    public long SentBytes => Math.Max(Flight.SentBytes, Volatile.Read(ref _arrived.Bytes));

    /// <summary>Bytes that have gathered for the next write, read without the gate: a hint for a write loop that lets more gather.</summary>
    public int Gathered => Volatile.Read(ref _length);

    /// <summary>Bytes that writers have taken so far; a hint as well.</summary>
    public long Taken => Volatile.Read(ref _taken);

    public bool IsAttached => Volatile.Read(ref _flusher) is not null;

    /// <summary>Whether publishes go to this session now.</summary>
    public bool IsAttachedTo(IFlusher flusher) => ReferenceEquals(Volatile.Read(ref _flusher), flusher);

    /// <summary>Since when the running write has not come back; null while nothing is, or while all of it is known to have arrived.</summary>
    public TimeSpan? WriteAge => WriteStarted is { } started ? time.GetElapsedTime(started) : null;

    /// <inheritdoc cref="WriteAge"/>
    public long? WriteStarted => Flight.Started is var started and not 0 && Volatile.Read(ref _arrived.Bytes) < Taken ? started : null;

    /// <summary>
    /// Appends a message, or says why not. <paramref name="number"/> counts publishes, for <see cref="CutSummary.KeptFrom"/>; it
    /// is written under the gate, so that a cut right after the append knows it.
    /// </summary>
    public AppendResult TryPublish(in OutgoingMessage message, bool needsSession, bool inline, out long number, out int size)
    {
        if (message.Size > MaxPayload)
        {
            throw TooLarge(message.Size);
        }

        size = FrameEncoder.Measure(message);
        IFlusher? start = null, writer = null;
        using (Gate.EnterScope())
        {
            number = _appended;
            AppendResult room = RoomForLocked(size, needsSession);
            if (room != AppendResult.Appended)
            {
                return room;
            }

            if (_active.Length - _length < size)
            {
                EnsureLocked(size);
            }

            _length += (_encoder ??= new FrameEncoder()).Encode(message, _active.AsSpan(_length));
            _appended++;
            if (!_flushing)
            {
                start = StartLocked();
            }
            else if (Flight.IsWantedFrom(_length))
            {
                writer = LendLocked();
            }

            if (_flusher is null)
            {
                _watermarks.Grown(_length, options, journal);
            }
        }

        start?.Start(inline);
        writer?.WriteLent();
        return AppendResult.Appended;
    }

    /// <summary>
    /// The way of most messages: bytes, no headers, no reply subject, the subject of the last message, a live session, room. One costs
    /// tens of nanoseconds, so describing it, and looking at what is not there, would be felt. False: nothing was done, and the general
    /// way decides everything again. True only for a subject that went that way before, so it is valid.
    /// </summary>
    public bool TryPublishPlain(string subject, ReadOnlySpan<byte> payload)
    {
        if (_encoder is not { } encoder || !encoder.Knows(subject) || payload.Length > MaxPayload)
        {
            return false;
        }

        IFlusher? start = null, writer = null;
        using (Gate.EnterScope())
        {
            int length = _length;
            if (_flusher is null || length >= options.WriteThreshold || _isClosed || !encoder.TryEncodePlain(subject, payload, _active.AsSpan(length), out int written))
            {
                return false;
            }

            _length = length += written;
            _appended++;
            if (!_flushing)
            {
                start = StartLocked();
            }
            else if (Flight.IsWantedFrom(length))
            {
                writer = LendLocked();
            }
        }

        start?.Start(inline: false);
        writer?.WriteLent();
        return true;
    }

    /// <summary>Waits for room; false when the deadline passed first.</summary>
    public async Task<bool> WaitForRoomAsync(int size, TimeSpan timeout, CancellationToken cancellationToken)
    {
        SpaceWaiter waiter;
        using (Gate.EnterScope())
        {
            if (_isClosed || RoomForLocked(size, needsSession: false) != AppendResult.MustWait)
            {
                return true;
            }

            waiter = _space.EnterLocked();
        }

        try
        {
            return await waiter.WaitAsync(TimerQueue.For(time), timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            using (Gate.EnterScope())
            {
                _space.LeaveLocked(waiter);
            }
        }
    }

    /// <summary>Reserves <paramref name="size"/> bytes for a frame of the live session (PING, SUB, ...). Call under the gate.</summary>
    public Span<byte> ReserveLocked(int size)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        EnsureLocked(size);
        return _active.AsSpan(_length);
    }

    /// <summary>Commits what was written into the reserved span. Call under the gate; start what it returns after leaving it.</summary>
    public IFlusher? CommitLocked(int written)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        _length += written;
        return StartLocked();
    }

    /// <summary>What the server has got when it has got all that is here and <paramref name="more"/> bytes behind it. Under the gate.</summary>
    public OutboundMark MarkLocked(int more) => new() { Bytes = _taken + _tailLength + _length + more, Publishes = _appended };

    /// <summary>The server has answered what stood at a mark, so all before it has arrived. Under the gate.</summary>
    public void ArrivedLocked(in OutboundMark mark) => _arrived.RaiseTo(mark);

    /// <summary>Begins to drain into a new session: first <paramref name="prefix"/> (the replay), then what was kept.</summary>
    public IFlusher? AttachLocked(IFlusher flusher, ReadOnlySpan<byte> prefix)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        Debug.Assert(!Flight.IsOut && _tailLength == 0, "the old session is cut before the next one is attached");
        if (prefix.Length > 0)
        {
            int kept = _length;
            EnsureLocked(prefix.Length);
            _active.AsSpan(0, kept).CopyTo(_active.AsSpan(prefix.Length));
            prefix.CopyTo(_active);
            _length += prefix.Length;
        }

        _flusher = flusher;
        (_flushing, _isMoving) = (false, false);
        _space.WakeLocked(); // what was too large to be kept may go now, and with nothing to replay no write would tell
        return StartLocked();
    }

    /// <summary>
    /// Publishers stop using the live session from here on; what is in the buffer still leaves on it. Used to hand over to
    /// another session without a message on both.
    /// </summary>
    public IFlusher? SealLocked()
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        IFlusher? start = StartLocked();
        (_drainingFlusher, _flusher) = (_flusher, null);
        (_tail, _tailLength, _active, _length) = (_active, _length, [], 0);
        (_tailEndsAt, _isMoving) = (_appended, true);
        _space.WakeLocked();
        return start;
    }

    /// <summary>The session is over and its write loop has left: keeps what no byte of was written, drops the rest.</summary>
    public CutSummary CutLocked()
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        (_flusher, _drainingFlusher, _flushing) = (null, null, false);
        int length = Flight.Bytes.Length;
        var kept = new ArrayBufferWriter<byte>(Math.Max(1, length + _tailLength + _length));
        int sent = (int)Math.Min(SentBytes - (_taken - length), length); // what was confirmed is in no doubt, whatever became of the write
        FrameCount flight = OutboundCut.KeepUnwritten(Flight.Bytes, sent, Flight.Tried - sent, kept);
        FrameCount tail = OutboundCut.KeepUnwritten(_tail.AsSpan(0, _tailLength), 0, 0, kept);
        FrameCount active = OutboundCut.KeepUnwritten(_active.AsSpan(0, _length), 0, 0, kept);

        long pending = flight.Kept + tail.Kept + active.Kept;
        (_settled, _lost) = (_appended - pending, _lost + flight.InDoubt);
        Flight.Cut(sent);
        _taken = Flight.SentBytes;
        PooledArray.Release(ref _tail, ref _tailLength);
        _length = 0;
        EnsureLocked(kept.WrittenCount);
        kept.WrittenSpan.CopyTo(_active);
        _length = kept.WrittenCount;
        _space.WakeLocked();
        return new CutSummary(pending, _length, flight.InDoubt, flight.InDoubtBytes, _appended - pending);
    }

    /// <summary>Drops kept publishes that the new server would refuse by closing the connection. Call before attaching.</summary>
    public IReadOnlyList<(string Subject, int Size)> DropTooLargeLocked(long maxPayload)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        MaxPayload = maxPayload;
        List<(string, int)> dropped = [];
        _length = OutboundCut.DropTooLarge(_active.AsSpan(0, _length), maxPayload, dropped);
        (_settled, _lost) = (Settled + dropped.Count, _lost + dropped.Count);
        return dropped;
    }

    /// <summary>
    /// The next bytes to write, or false when there is nothing for the flusher to do: it then sleeps until it is started again. While a
    /// publisher writes, that one sees to the rest.
    /// </summary>
    public bool TryTakeSlice(IFlusher flusher, out ReadOnlyMemory<byte> slice)
    {
        slice = default;
        Flight.Enter(ref Gate);
        try
        {
            if (!ReferenceEquals(flusher, _flusher ?? _drainingFlusher) || Flight.TryLeaveLocked())
            {
                return false;
            }

            if (!Flight.IsOut && !NextFlightLocked())
            {
                RestLocked();
                return false;
            }
        }
        finally
        {
            Gate.Exit();
        }

        slice = Flight.Next();
        return true;
    }

    /// <summary>The flight that was lent is sent. True: the flusher has left, the caller has to drain in its place.</summary>
    public bool ReturnLent()
    {
        using (Gate.EnterScope())
        {
            return Flight.ReturnLocked() && !TryRestLocked();
        }
    }

    /// <summary>True: all is written, and the flusher sleeps until it is started again.</summary>
    public bool TryRest()
    {
        using (Gate.EnterScope())
        {
            return TryRestLocked();
        }
    }

    /// <summary>Ends the buffer for good: waiting publishers wake and find it closed; returns what will never be sent.</summary>
    public (long Messages, long Bytes) Close()
    {
        using (Gate.EnterScope())
        {
            (_isClosed, _isMoving) = (true, false);
            (long messages, long bytes) = (PendingMessages, _length);
            PooledArray.Release(ref _active, ref _length);
            (_settled, _lost) = (_appended, _lost + messages);
            _watermarks.Reset();
            _space.WakeLocked();
            return (messages, bytes);
        }
    }

    /// <summary>The next session did not come: the planned move has become an outage like any other.</summary>
    public void MoveFailed()
    {
        using (Gate.EnterScope())
        {
            _isMoving = false;
            _space.WakeLocked();
        }
    }

    /// <summary>A connection that failed starts anew.</summary>
    public void Reopen() => Volatile.Write(ref _isClosed, false);

    private long Settled => Math.Max(Math.Max(Volatile.Read(ref _settled), Flight.SentPublishes), Volatile.Read(ref _arrived.Publishes));

    private NatsPayloadTooLargeException TooLarge(long size)
    {
        journal.Append(new NatsLimitExceededEvent { Which = NatsLimit.MaxPayload, Limit = MaxPayload, Actual = size });
        return new NatsPayloadTooLargeException(size, MaxPayload);
    }

    private IFlusher? LendLocked()
    {
        if (_flusher is null || Flight.IsLent || Flight.IsOut || !NextFlightLocked())
        {
            return null;
        }

        Flight.LendLocked();
        return _flusher;
    }

    private bool TryRestLocked()
    {
        if (Flight.IsLent || Flight.IsOut || _tailLength > 0 || (_flusher is not null && _length > 0))
        {
            return false;
        }

        RestLocked();
        return true;
    }

    private void RestLocked()
    {
        _flushing = false;
        Flight.Clear();
    }

    private AppendResult RoomForLocked(int size, bool needsSession)
    {
        if (_isClosed)
        {
            return AppendResult.Closed;
        }

        if (_flusher is not null)
        {
            return _length < options.WriteThreshold || _length == 0 ? AppendResult.Appended : AppendResult.MustWait;
        }

        if (needsSession || options.Policy == OverflowPolicy.None)
        {
            return _isMoving && !needsSession ? AppendResult.MustWait : AppendResult.NoSession;
        }

        if (_length + size <= options.Limit)
        {
            return AppendResult.Appended;
        }

        _watermarks.Full(options, journal);
        return options.Policy == OverflowPolicy.Wait ? AppendResult.MustWait : AppendResult.Full;
    }

    private IFlusher? StartLocked()
    {
        if (_flusher is null || _flushing || _length == 0)
        {
            return null;
        }

        _flushing = true;
        return _flusher;
    }

    private bool NextFlightLocked()
    {
        if (_tailLength > 0)
        {
            _taken += _tailLength;
            _tail = Flight.Fill(_tail, _tailLength, _tailEndsAt);
            PooledArray.Release(ref _tail, ref _tailLength);
            return true;
        }

        if (_flusher is null || _length == 0)
        {
            return false;
        }

        (_taken, _expected) = (_taken + _length, _length);
        (_active, _length) = (Flight.Fill(_active, _length, _appended), 0);
        _watermarks.Shrunk(options, journal);
        _space.WakeLocked();
        return true;
    }

    private void EnsureLocked(int size)
    {
        if (_active.Length - _length >= size)
        {
            return;
        }
        // A busy connection fills as much again as it filled last time: rent that at once instead of growing to it.
        int wanted = _active.Length == 0 ? Math.Max(size, _expected) : Math.Max(_length + size, _active.Length * 2);
        PooledArray.Grow(ref _active, _length, wanted);
    }
}
