using System.Diagnostics;
using Earshot.Events;

namespace Earshot.Outbound;

/// <summary>
/// The one write buffer of a connection. Publishers encode whole frames in place under one short lock; what has gathered becomes the
/// write batch that is sent. It is independent of the lifecycle: attached to a flusher it drains, detached it grows to its limit. It does
/// not write to the transport; counts are kept by <see cref="OutboundCounters"/>, limits by <see cref="OutboundAdmission"/>.
/// </summary>
internal sealed class OutboundBuffer(OutboundOptions options, Journal journal, TimeProvider time)
{
    // All but the last is written under Gate.
    private Gate _gate;
    private WriteQueue _queue = new(new WriteBatch(time, Math.Min(options.FullBatchSize, options.WriteThreshold)));
    private OutboundAdmission _admission = new();
    private UncertainPublishes? _uncertain; // made by the first flush or the first gap

    /// <summary>Guards this buffer and the subscription table, so that a SUB and its place in the replay cannot differ.</summary>
    public ref Gate Gate => ref _gate;

    public TimeProvider Time => time;

    /// <summary>What is being written, and which thread writes it.</summary>
    public WriteBatch Batch => _queue.Batch;

    /// <inheritdoc cref="OutboundAdmission.MaxPayload"/>
    public long MaxPayload { get => _admission.MaxPayload; set => _admission.MaxPayload = value; }

    public long PendingBytes => _queue.PendingBytes;

    public long PendingMessages => _queue.Ledger.PendingMessages(Batch);

    /// <inheritdoc cref="OutboundCounters.SentMessages"/>
    public long SentMessages => _queue.Ledger.SentMessages(Batch);

    /// <summary>Publishes that no PONG has covered yet: the server may have them or not.</summary>
    public long UnconfirmedMessages => _queue.Ledger.Unconfirmed;

    public long SentBytes => _queue.Ledger.SentBytes(Batch);

    /// <summary>Bytes that have gathered for the next write, read without the lock: a hint for a write loop that lets more gather.</summary>
    public int Gathered => _queue.Gathered;

    /// <summary>Bytes that writers have taken so far; a hint as well.</summary>
    public long Taken => _queue.Ledger.Taken;

    /// <inheritdoc cref="OutboundCounters.HasUncovered"/>
    public bool HasUncovered => _queue.Ledger.HasUncovered;

    public bool IsAttached => _queue.Flusher is not null;

    /// <summary>Whether publishes go to this session now.</summary>
    public bool IsAttachedTo(IFlusher flusher) => ReferenceEquals(_queue.Flusher, flusher);

    /// <summary>The age of the write in progress; null while there is none, or while all of it is known to have arrived.</summary>
    public TimeSpan? WriteAge => WriteStarted is { } started ? time.GetElapsedTime(started) : null;

    /// <summary>When the write began that <see cref="WriteAge"/> is about.</summary>
    public long? WriteStarted => Batch.Started is var started and not 0 && !_queue.Ledger.IsAllConfirmed ? started : null;

    /// <summary>
    /// Appends a message, or returns why it was not. <paramref name="number"/> counts publishes, for <see cref="UnsentSummary.KeptFrom"/>; it
    /// is written under the outbound lock, so that an unsent summary right after the append includes it.
    /// </summary>
    public AppendResult TryPublish(in OutgoingMessage message, bool needsSession, bool inline, out long number)
    {
        if (message.HeadersLength > 0 && options.DeclinesHeaders)
        {
            throw OutboundOptions.NoHeaders();
        }

        // The limit is checked again under the lock: the server may have changed by then.
        AppendResult result = message.Size > MaxPayload ? AppendResult.TooLarge : AppendResult.Appended;
        NextWrite next = default;
        number = long.MaxValue; // not 0: until it is in the buffer, the loss of a session is not its own
        if (result == AppendResult.Appended)
        {
            int size = FrameEncoder.Measure(message);
            using (Gate.EnterScope())
            {
                result = _admission.For(message, size, needsSession, _queue, options);
                if (result == AppendResult.Appended)
                {
                    number = _queue.Ledger.Appended;
                    next = _admission.Appended(_queue.Publish(message, size), ref _queue, options);
                }
            }
        }

        next.Begin(inline);
        CompleteDeferred();
        return result == AppendResult.TooLarge ? throw TooLarge(message.Size) : result;
    }

    /// <inheritdoc cref="FrameEncoder.IsLast"/>
    public bool IsLast(string subject, string? replyTo) => _queue.IsLast(subject, replyTo);

    /// <summary>
    /// The path of most messages: bytes or text, headers that were sent before or none, valid subjects, a live session, room. One costs tens of
    /// nanoseconds, so that describing it, and looking at what is not there, would show in a measurement. False: nothing was done, and the
    /// general path decides everything again.
    /// </summary>
    public bool TryPublishPlain<TPayload>(string subject, string? replyTo, TPayload payload)
        where TPayload : IPlainPayload, allows ref struct
    {
        NextWrite next;
        using (Gate.EnterScope())
        {
            // Below the threshold no caller waits for capacity: the callers that wait are served under the lock in which it appears.
            if (_queue.Flusher is null || _queue.Gathered >= options.WriteThreshold || payload.Length > _admission.MaxPayload || _admission.IsClosed
                || !_queue.TryPublishPlain(subject, replyTo, payload, out next))
            {
                return false;
            }

            next = _admission.Appended(next, ref _queue, options);
        }

        next.Begin(inline: false);
        if (next.IsDelegated)
        {
            CompleteDeferred();
        }

        return true;
    }

    /// <summary>A caller waits for its turn, which may have come when this returns.</summary>
    public void EnterQueue(SpaceWaiter waiter)
    {
        IFlusher? start;
        using (Gate.EnterScope())
        {
            _admission.Enter(waiter);
            start = ServeLocked();
        }

        Start(start, inline: false);
    }

    /// <summary>The turn of a caller is over, whether it has appended or not: those behind it are served.</summary>
    public void EndTurn()
    {
        IFlusher? start;
        using (Gate.EnterScope())
        {
            start = ServeLocked();
        }

        Start(start, inline: false);
    }

    /// <summary>The deadline or the token ends the wait of a caller. False: it was decided before.</summary>
    public bool TryLeaveQueue(SpaceWaiter waiter)
    {
        IFlusher? start;
        bool hasLeft;
        using (Gate.EnterScope())
        {
            hasLeft = _admission.TryLeave(waiter);
            start = ServeLocked(); // a smaller message behind it may fit
        }

        Start(start, inline: false);
        return hasLeft;
    }

    /// <summary>A place behind all that was published so far.</summary>
    public NatsPublishMark PublishMark => new(_queue.Ledger.Appended, UncertainSoFar?.Messages ?? 0, UncertainSoFar?.TooLarge.Messages ?? 0);

    /// <summary>The publishes that had become uncertain when a session ended.</summary>
    public UncertainPublishes Uncertain => Volatile.Read(ref _uncertain) ?? Interlocked.CompareExchange(ref _uncertain, new UncertainPublishes(), null) ?? _uncertain;

    /// <summary>The same for those who only read its counts; null while there is nothing to count.</summary>
    public UncertainPublishes? UncertainSoFar => Volatile.Read(ref _uncertain);

    /// <summary>Starts a flusher, if there is one to start, and then carries out what was decided under the lock that the caller has left.</summary>
    public void Start(IFlusher? flusher, bool inline)
    {
        flusher?.Start(inline);
        CompleteDeferred();
    }

    /// <summary>Appends this event to the journal when the lock was left, behind those reported before. The caller calls <see cref="Start"/> then.</summary>
    public void ReportLocked(NatsConnectionEvent e) => _admission.After.Add(e);

    /// <summary>Reserves <paramref name="size"/> bytes for a frame of the live session (PING, SUB, ...). Call under the outbound lock.</summary>
    public Span<byte> ReserveLocked(int size)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        return _queue.Reserve(size);
    }

    /// <summary>Commits what was written into the reserved span. Call under the outbound lock; start what it returns after leaving it.</summary>
    public IFlusher? CommitLocked(int written)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        return _queue.Commit(written);
    }

    /// <summary>What the server has got when it has got all that is here and <paramref name="more"/> bytes behind it. Under the outbound lock.</summary>
    public OutboundMark MarkLocked(int more) => _queue.Mark(more);

    /// <summary>The server has answered the PING at a mark, so everything before it has arrived. Under the outbound lock.</summary>
    public void ArrivedLocked(in OutboundMark mark) => _queue.Confirm(mark);

    /// <summary>Begins to drain into a new session: first <paramref name="prefix"/> (the replay), then what was kept.</summary>
    public IFlusher? AttachLocked(IFlusher flusher, ReadOnlySpan<byte> prefix)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        _queue.Attach(flusher, prefix);
        _admission.SetMigrating(false);
        return ServeLocked(); // what was too large to be kept may go now
    }

    /// <summary>
    /// Publishers stop using the live session from here on; what is in the buffer is still sent in it. Used to hand over to
    /// another session without a message on both.
    /// </summary>
    public IFlusher? SealLocked()
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        IFlusher? start = _queue.Seal();
        _admission.SetMigrating(true);
        ServeLocked();
        return start;
    }

    /// <summary>The session is over and its write loop has left: keeps the frames of which no byte was written, drops the rest.</summary>
    public UnsentSummary RecoverUnsentLocked()
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        UnsentSummary unsent = _queue.RecoverUnsent();
        if (unsent.UncertainMessages > 0)
        {
            Uncertain.AddGap(unsent.UncertainMessages, unsent.UncertainBytes, unsent.KeptFrom);
        }

        ServeLocked();
        return unsent;
    }

    /// <summary>Drops kept publishes that the new server would refuse by closing the connection. Call before attaching.</summary>
    public IReadOnlyList<DroppedPublish> DropTooLargeLocked(long maxPayload)
    {
        Debug.Assert(Gate.IsHeldByCurrentThread);
        MaxPayload = maxPayload;
        IReadOnlyList<DroppedPublish> dropped = _queue.DropTooLarge(maxPayload);
        if (dropped.Count > 0)
        {
            Uncertain.TooLarge.AddGap(dropped.Count, dropped.Sum(static publish => publish.Size), dropped[^1].Number + 1);
        }

        return dropped;
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
            if (!_queue.IsActiveFlusher(flusher))
            {
                return false;
            }

            if (!Batch.IsUnsent && !_admission.TryNextBatch(ref _queue, options))
            {
                _queue.MarkIdle();
                return false;
            }
        }
        finally
        {
            Gate.Exit();
        }

        CompleteDeferred();
        slice = Batch.Next();
        return true;
    }

    /// <summary>The delegated batch is sent. True: the flusher has left, the caller has to drain in its place.</summary>
    public bool CompleteDelegated()
    {
        using (Gate.EnterScope())
        {
            return Batch.CompleteDelegatedLocked() && !_queue.TryIdle();
        }
    }

    /// <summary>True: all is written, and the flusher sleeps until it is started again.</summary>
    public bool TryIdle()
    {
        using (Gate.EnterScope())
        {
            return _queue.TryIdle();
        }
    }

    /// <summary>Closes the buffer permanently: waiting callers fail; returns the publishes that will not be sent, as pending.</summary>
    public UnsentSummary Close()
    {
        UnsentSummary dropped;
        using (Gate.EnterScope())
        {
            dropped = _queue.DropAll();
            _admission.Close();
            ServeLocked();
        }

        CompleteDeferred();
        return dropped;
    }

    /// <summary>The next session did not come: the planned move has become an outage like any other.</summary>
    public void MigrationFailed()
    {
        using (Gate.EnterScope())
        {
            _admission.SetMigrating(false);
            ServeLocked();
        }

        CompleteDeferred();
    }

    /// <summary>The connection has ended.</summary>
    public bool IsClosed => _admission.IsClosed;

    /// <summary>A connection that failed starts again.</summary>
    public void Reopen() => _admission.Reopen();

    /// <summary>Reports a message above the payload limit; the caller throws what it returns.</summary>
    public NatsPayloadTooLargeException TooLarge(long size)
    {
        journal.Append(new NatsLimitExceededEvent { Limit = NatsLimit.MaxPayload, LimitValue = MaxPayload, ActualValue = size });
        return new NatsPayloadTooLargeException(size, MaxPayload);
    }

    // Carries out what was decided under the lock. Call it after the flusher was started: what runs here may be the application's, and
    // may wait for a write.
    private void CompleteDeferred()
    {
        if (_admission.HasDeferredActions)
        {
            _admission.After.CarryOut(ref _gate, journal);
        }
    }

    // Returns the flusher to start for what was appended.
    private IFlusher? ServeLocked()
    {
        _admission.Serve(ref _queue, options);
        return _queue.Start();
    }
}
