using System.Diagnostics;
using Earshot.Events;
using Earshot.Timing;

namespace Earshot.Outbound;

/// <summary>
/// The one write buffer of a connection. Publishers encode whole frames in place under one short lock; what has gathered becomes the
/// write batch that is sent. It knows no lifecycle: attached to a flusher it drains, detached it grows to its limit. It does not write
/// to the transport; counts are kept by <see cref="OutboundLedger"/>, limits by <see cref="OutboundRoom"/>.
/// </summary>
internal sealed class OutboundBuffer(OutboundOptions options, Journal journal, TimeProvider time)
{
    private FrameEncoder? _encoder; // made by the first publish

    // All below is written under Gate.
    private Gate _gate;
    private WriteQueue _queue = new(new WriteBatch(time, Math.Min(options.WorthWriting, options.WriteThreshold)));
    private OutboundRoom _room = new();

    /// <summary>Guards this buffer and the subscription table, so that a SUB and its place in the replay cannot differ.</summary>
    public ref Gate Gate => ref _gate;

    public TimeProvider Time => time;

    /// <summary>What is being written, and which thread writes it.</summary>
    public WriteBatch Batch => _queue.Batch;

    /// <inheritdoc cref="OutboundRoom.MaxPayload"/>
    public long MaxPayload
    {
        get => _room.MaxPayload;
        set => _room.MaxPayload = value;
    }

    public long PendingBytes => _queue.PendingBytes;

    public long PendingMessages => _queue.Ledger.PendingMessages(Batch);

    /// <inheritdoc cref="OutboundLedger.SentMessages"/>
    public long SentMessages => _queue.Ledger.SentMessages(Batch);

    /// <summary>Publishes that no PONG has covered yet: the server may have them or not.</summary>
    public long UnconfirmedMessages => _queue.Ledger.Unconfirmed;

    public long SentBytes => _queue.Ledger.SentBytes(Batch);

    /// <summary>Bytes that have gathered for the next write, read without the lock: a hint for a write loop that lets more gather.</summary>
    public int Gathered => _queue.Gathered;

    /// <summary>Bytes that writers have taken so far; a hint as well.</summary>
    public long Taken => _queue.Ledger.Taken;

    public bool IsAttached => _queue.Flusher is not null;

    /// <summary>Whether publishes go to this session now.</summary>
    public bool IsAttachedTo(IFlusher flusher) => ReferenceEquals(_queue.Flusher, flusher);

    /// <summary>How long the running write has not come back; null while there is none, or while all of it is known to have arrived.</summary>
    public TimeSpan? WriteAge => WriteStarted is { } started ? time.GetElapsedTime(started) : null;

    /// <summary>When the write began that <see cref="WriteAge"/> is about.</summary>
    public long? WriteStarted => Batch.Started is var started and not 0 && !_queue.Ledger.IsAllConfirmed ? started : null;

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
        NextWrite next;
        using (Gate.EnterScope())
        {
            number = _queue.Ledger.Appended;
            AppendResult room = RoomForLocked(size, needsSession);
            if (room != AppendResult.Appended)
            {
                return room;
            }

            int written = (_encoder ??= new FrameEncoder()).Encode(message, _queue.Reserve(size));
            next = AppendedLocked(written);
            if (_queue.Flusher is null)
            {
                _room.Grown(_queue.Gathered, options, journal);
            }
        }

        next.Begin(inline);
        return AppendResult.Appended;
    }

    /// <summary>
    /// The path of most messages: bytes, no headers, no reply subject, the subject of the last message, a live session, room. One costs
    /// tens of nanoseconds, so that describing it, and looking at what is not there, would show in a measurement. False: nothing was
    /// done, and the general path decides everything again. True only for a subject that went there before, so it is valid.
    /// </summary>
    public bool TryPublishPlain(string subject, ReadOnlySpan<byte> payload)
    {
        if (_encoder is not { } encoder || !encoder.Knows(subject) || payload.Length > MaxPayload)
        {
            return false;
        }

        NextWrite next;
        using (Gate.EnterScope())
        {
            if (_queue.Flusher is null || _queue.Gathered >= options.WriteThreshold || _room.IsClosed || !encoder.TryEncodePlain(subject, payload, _queue.Free, out int written))
            {
                return false;
            }

            next = AppendedLocked(written);
        }

        next.Begin(inline: false);
        return true;
    }

    /// <summary>Waits for room; false when the deadline passed first.</summary>
    public async Task<bool> WaitForRoomAsync(int size, TimeSpan timeout, CancellationToken cancellationToken)
    {
        SpaceWaiter waiter;
        using (Gate.EnterScope())
        {
            if (_room.IsClosed || RoomForLocked(size, needsSession: false) != AppendResult.MustWait)
            {
                return true;
            }

            waiter = _room.Enter();
        }

        try
        {
            return await waiter.WaitAsync(TimerQueue.For(time), timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            using (Gate.EnterScope())
            {
                _room.Leave(waiter);
            }
        }
    }

    /// <summary>Reserves <paramref name="size"/> bytes for a frame of the live session (PING, SUB, ...). Call under the gate.</summary>
    public Span<byte> ReserveLocked(int size)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        return _queue.Reserve(size);
    }

    /// <summary>Commits what was written into the reserved span. Call under the gate; start what it returns after leaving it.</summary>
    public IFlusher? CommitLocked(int written)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        return _queue.Commit(written);
    }

    /// <summary>What the server has got when it has got all that is here and <paramref name="more"/> bytes behind it. Under the gate.</summary>
    public OutboundMark MarkLocked(int more) => _queue.Mark(more);

    /// <summary>The server has answered what stood at a mark, so all before it has arrived. Under the gate.</summary>
    public void ArrivedLocked(in OutboundMark mark) => _queue.Confirm(mark);

    /// <summary>Begins to drain into a new session: first <paramref name="prefix"/> (the replay), then what was kept.</summary>
    public IFlusher? AttachLocked(IFlusher flusher, ReadOnlySpan<byte> prefix)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        IFlusher? start = _queue.Attach(flusher, prefix);
        _room.SetMoving(false); // what was too large to be kept may go now, and with nothing to replay no write would wake its publisher
        return start;
    }

    /// <summary>
    /// Publishers stop using the live session from here on; what is in the buffer still leaves on it. Used to hand over to
    /// another session without a message on both.
    /// </summary>
    public IFlusher? SealLocked()
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        IFlusher? start = _queue.Seal();
        _room.SetMoving(true);
        return start;
    }

    /// <summary>The session is over and its write loop has left: keeps the frames of which no byte was written, drops the rest.</summary>
    public CutSummary CutLocked()
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        CutSummary cut = _queue.Cut();
        _room.Wake();
        return cut;
    }

    /// <summary>Drops kept publishes that the new server would refuse by closing the connection. Call before attaching.</summary>
    public IReadOnlyList<(string Subject, int Size)> DropTooLargeLocked(long maxPayload)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        MaxPayload = maxPayload;
        return _queue.DropTooLarge(maxPayload);
    }

    /// <summary>
    /// The next bytes to write, or false when there is nothing for the flusher to do: it then sleeps until it is started again. While a
    /// publisher writes, that one takes care of the rest.
    /// </summary>
    public bool TryTakeSlice(IFlusher flusher, out ReadOnlyMemory<byte> slice)
    {
        slice = default;
        Batch.Enter(ref Gate);
        try
        {
            if (!_queue.IsTurnOf(flusher))
            {
                return false;
            }

            if (!Batch.IsUnsent && !TryNextBatchLocked())
            {
                _queue.Rest();
                return false;
            }
        }
        finally
        {
            Gate.Exit();
        }

        slice = Batch.Next();
        return true;
    }

    /// <summary>The delegated batch is sent. True: the flusher has left, the caller has to drain in its place.</summary>
    public bool CompleteDelegated()
    {
        using (Gate.EnterScope())
        {
            return Batch.CompleteDelegatedLocked() && !_queue.TryRest();
        }
    }

    /// <summary>True: all is written, and the flusher sleeps until it is started again.</summary>
    public bool TryRest()
    {
        using (Gate.EnterScope())
        {
            return _queue.TryRest();
        }
    }

    /// <summary>Ends the buffer for good: waiting publishers wake and find it closed; returns what will never be sent.</summary>
    public (long Messages, long Bytes) Close()
    {
        using (Gate.EnterScope())
        {
            (long Messages, long Bytes) dropped = _queue.DropAll();
            _room.Close();
            return dropped;
        }
    }

    /// <summary>The next session did not come: the planned move has become an outage like any other.</summary>
    public void MoveFailed()
    {
        using (Gate.EnterScope())
        {
            _room.SetMoving(false);
        }
    }

    /// <summary>A connection that failed starts again.</summary>
    public void Reopen() => _room.Reopen();

    private NatsPayloadTooLargeException TooLarge(long size)
    {
        journal.Append(new NatsLimitExceededEvent { Which = NatsLimit.MaxPayload, Limit = MaxPayload, Actual = size });
        return new NatsPayloadTooLargeException(size, MaxPayload);
    }

    private AppendResult RoomForLocked(int size, bool needsSession) =>
        _room.For(size, _queue.Gathered, _queue.Flusher is not null, needsSession, options, journal);

    // The end of both ways to publish.
    private NextWrite AppendedLocked(int written)
    {
        NextWrite next = _queue.CommitPublish(written);
        if (next is { Flusher: not null, IsDelegated: true })
        {
            _room.Shrunk(options, journal);
        }

        return next;
    }

    private bool TryNextBatchLocked()
    {
        int gathered = _queue.Gathered;
        if (!_queue.TryNextBatch())
        {
            return false;
        }

        if (_queue.Gathered < gathered)
        {
            _room.Shrunk(options, journal);
        }

        return true;
    }
}
