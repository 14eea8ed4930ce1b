using System.Buffers;

namespace Earshot.Outbound;

/// <summary>
/// The unwritten frames of an outbound buffer: those that gather, those that a session may still send during a handover, and the
/// batch that is being written. All members require the outbound lock, which it does not take; counts may be read without it. It does not
/// decide whether there is room.
/// </summary>
internal struct WriteQueue(WriteBatch batch)
{
    // _active gathers new frames; the batch is being written in slices; _tail is between them while a session hands over to the
    // next one (what may still leave on the old session, and nothing after it).
    private FrameEncoder? _encoder; // made by the first publish
    private FrameBuffer _active = new();
    private FrameBuffer _tail = new();
    private long _tailEndsAt;
    private FlusherSlot _flushers;
    private OutboundCounters _ledger;
    private List<long>? _gaps; // the numbers of publishes that were dropped while others before and behind them were kept

    public readonly WriteBatch Batch => batch;

    /// <summary>Bytes that have gathered for the next write.</summary>
    public readonly int Gathered => _active.Length;

    /// <summary>The flusher of the live session.</summary>
    public readonly IFlusher? Flusher => _flushers.Current;

    public readonly long PendingBytes => _active.Length + _tail.Length + _ledger.UnsentBytes(batch);

    /// <summary>The counts; they can be read without the lock.</summary>
    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public readonly ref readonly OutboundCounters Ledger => ref _ledger;

    /// <summary>Room for at least <paramref name="size"/> bytes behind the frames that have gathered.</summary>
    public Span<byte> Reserve(int size) => _active.Reserve(size);

    /// <inheritdoc cref="FrameEncoder.IsLast"/>
    public readonly bool IsLast(string subject, string? replyTo) => _encoder is { } encoder && encoder.IsLast(subject, replyTo);

    /// <summary>Appends a message of the fast path, if it fits without growing.</summary>
    public bool TryPublishPlain<TPayload>(string subject, string? replyTo, TPayload payload, out NextWrite next)
        where TPayload : IPlainPayload, allows ref struct
    {
        if (!(_encoder ??= new FrameEncoder()).TryEncodePlain(subject, replyTo, payload, _active.Free, out int written))
        {
            next = default;
            return false;
        }

        next = CommitPublish(written);
        return true;
    }

    /// <summary>Appends a message of at most <paramref name="size"/> bytes.</summary>
    public NextWrite Publish(in OutgoingMessage message, int size) => CommitPublish(Encode(message, size));

    /// <summary>Appends a message that has waited for its turn; the caller starts what there is to start.</summary>
    public void AppendQueued(QueuedPublish message, int size)
    {
        _active.Commit(Encode(message.AsMessage(), size));
        _ledger.CountAppended();
    }

    /// <summary>A frame that is no publish was written into the reserved room; returns the flusher to start.</summary>
    public IFlusher? Commit(int written)
    {
        _active.Commit(written);
        return Start();
    }

    /// <summary>What the server has got when it has got all that is here and <paramref name="more"/> bytes behind it.</summary>
    public readonly OutboundMark Mark(int more) => _ledger.Mark(_tail.Length + _active.Length + more);

    public void Confirm(in OutboundMark mark) => _ledger.Confirm(mark);

    /// <summary>Drains into this flusher from here on, first the prefix. The caller starts it.</summary>
    public void Attach(IFlusher flusher, ReadOnlySpan<byte> prefix)
    {
        System.Diagnostics.Debug.Assert(!batch.IsUnsent && _tail.IsEmpty, "unsent frames must be recovered before the next session is attached");
        _active.Prepend(prefix);
        _flushers.Attach(flusher);
    }

    /// <summary>Seals the buffer: what has gathered is still sent in the live session, and nothing after it.</summary>
    public IFlusher? Seal()
    {
        IFlusher? start = Start();
        _flushers.Seal();
        (_tail, _tailEndsAt) = (_active.MoveOut(), _ledger.Appended);
        return start;
    }

    /// <summary>Keeps the frames of which no byte was written and drops the rest.</summary>
    public UnsentSummary RecoverUnsent()
    {
        _flushers.Detach();
        var kept = new ArrayBufferWriter<byte>(Math.Max(1, batch.Bytes.Length + _tail.Length + _active.Length));
        int sent = _ledger.SentOf(batch);
        FrameCount written = UnsentRecovery.KeepUnwritten(batch.Bytes, sent, batch.Tried - sent, kept);
        FrameCount tail = UnsentRecovery.KeepUnwritten(_tail.Written, 0, 0, kept);
        FrameCount active = UnsentRecovery.KeepUnwritten(_active.Written, 0, 0, kept);

        long pending = written.Kept + tail.Kept + active.Kept;
        long uncertain = _ledger.Uncertain(pending);
        long uncertainBytes = uncertain == 0 ? 0 : _ledger.UncertainBytes(batch);
        batch.RecoverUnsent(sent);
        _ledger.RecoverUnsent(batch, pending, lost: written.Unknown);
        _tail.Release();
        _active.ReplaceWith(kept.WrittenSpan);
        return new UnsentSummary(pending, _active.Length, written.Unknown, written.UnknownBytes, FirstOf(pending))
        {
            UncertainMessages = uncertain,
            UncertainBytes = uncertainBytes,
        };
    }

    /// <summary>Drops the publishes above the limit among those that were kept.</summary>
    public IReadOnlyList<DroppedPublish> DropTooLarge(long maxPayload)
    {
        List<DroppedPublish> dropped = [];
        long first = FirstOf(_ledger.PendingMessages(batch));
        _active.Truncate(UnsentRecovery.DropTooLarge(_active.Written, maxPayload, first, dropped));
        if (dropped.Count == 0)
        {
            return dropped;
        }

        _ledger.Drop(batch, dropped.Count);
        List<long> gaps = _gaps ??= [];
        gaps.RemoveAll(gap => gap < first);
        dropped = dropped.ConvertAll(publish => Numbered(publish, gaps));
        gaps.AddRange(dropped.Select(static publish => publish.Number));
        gaps.Sort();
        return dropped;
    }

    // The number of the first pending publish, given the number of pending ones.
    private readonly long FirstOf(long pending)
    {
        long first = _ledger.Appended - pending;
        for (int i = (_gaps?.Count ?? 0) - 1; i >= 0; i--)
        {
            first -= _gaps![i] >= first ? 1 : 0;
        }

        return first;
    }

    // It was counted from the first pending one, as if none had been dropped since.
    private static DroppedPublish Numbered(DroppedPublish publish, List<long> gaps)
    {
        long number = publish.Number;
        foreach (long gap in gaps)
        {
            number += gap <= number ? 1 : 0;
        }

        return publish with { Number = number };
    }

    /// <summary>Drops all that has gathered; returns how much will never be sent.</summary>
    public UnsentSummary DropAll()
    {
        (long messages, long bytes) = (_ledger.DropAll(batch), _active.Length);
        _active.Release();
        return new UnsentSummary(messages, bytes, 0, 0, _ledger.Appended - messages);
    }

    /// <summary>Whether this flusher is the one that writes now; false as well when a publisher writes and takes its place.</summary>
    public readonly bool IsActiveFlusher(IFlusher flusher) => ReferenceEquals(flusher, _flushers.Active) && !batch.TryLeaveLocked();

    /// <summary>Makes what is next the batch. False: there is nothing to write.</summary>
    public bool TryNextBatch()
    {
        if (!_tail.IsEmpty)
        {
            _ledger.CountTaken(_tail.Length);
            batch.Fill(ref _tail, _tailEndsAt);
            _tail.Release();
            return true;
        }

        if (_flushers.Current is null || _active.IsEmpty)
        {
            return false;
        }

        _ledger.CountTaken(_active.Length);
        batch.Fill(ref _active, _ledger.Appended);
        return true;
    }

    /// <summary>True: all is written, and the flusher sleeps until it is started again.</summary>
    public bool TryIdle()
    {
        if (batch.IsDelegated || batch.IsUnsent || !_tail.IsEmpty || (_flushers.Current is not null && !_active.IsEmpty))
        {
            return false;
        }

        MarkIdle();
        return true;
    }

    public void MarkIdle()
    {
        _flushers.MarkIdle();
        batch.Clear();
    }

    /// <summary>The flusher to start for what has gathered; null when there is nothing to start.</summary>
    public IFlusher? Start() => _active.IsEmpty ? null : _flushers.Start();

    private int Encode(in OutgoingMessage message, int size) => (_encoder ??= new FrameEncoder()).Encode(message, _active.Reserve(size));

    private NextWrite CommitPublish(int written)
    {
        _active.Commit(written);
        _ledger.CountAppended();
        if (!_flushers.IsStarted)
        {
            return new NextWrite(_flushers.Start(), IsDelegated: false);
        }

        return batch.ShouldDelegate(_active.Length) ? new NextWrite(DelegateWrite(), IsDelegated: true) : default;
    }

    private IFlusher? DelegateWrite()
    {
        if (_flushers.Current is not { } flusher || batch.IsDelegated || batch.IsUnsent || !TryNextBatch())
        {
            return null;
        }

        batch.DelegateLocked();
        return flusher;
    }
}
