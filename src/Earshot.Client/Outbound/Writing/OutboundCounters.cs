namespace Earshot.Outbound;

/// <summary>
/// The counts of an outbound buffer: what was appended, taken for a write, confirmed by the server, and lost. Publishes and bytes are
/// counted from the first one of the connection and never reset. Changed under the outbound lock; the figures may be read without it.
/// It moves no bytes.
/// </summary>
internal struct OutboundCounters
{
    private long _appended;
    private long _settled; // publishes that were no longer in the buffer after the last unsent recovery: sent or lost
    private long _lost;
    private long _taken; // bytes of all write batches, the present one included
    private OutboundMark _confirmed; // by the server, possibly before the write has returned, or handled by an unsent recovery

    /// <summary>Publishes ever appended.</summary>
    public readonly long Appended => Volatile.Read(in _appended);

    /// <summary>Bytes that writers have taken.</summary>
    public readonly long Taken => Volatile.Read(in _taken);

    /// <summary>Whether there are publishes that the server has not confirmed, written or not.</summary>
    public readonly bool HasUncovered => Appended > Volatile.Read(in _confirmed.Publishes);

    /// <summary>Whether all bytes that writers have taken are known to have arrived.</summary>
    public readonly bool IsAllConfirmed => Volatile.Read(in _confirmed.Bytes) >= Taken;

    /// <summary>Publishes that a transport took or the server confirmed; those lost in a failed write or never sent do not count.</summary>
    public readonly long SentMessages(WriteBatch batch) => Settled(batch) - Volatile.Read(in _lost);

    public readonly long SentBytes(WriteBatch batch) => Math.Max(batch.SentBytes, Volatile.Read(in _confirmed.Bytes));

    public readonly long PendingMessages(WriteBatch batch) => Math.Max(0, Appended - Settled(batch));

    /// <summary>Publishes that no PONG has covered yet: the server may have them or not.</summary>
    public readonly long Unconfirmed => Math.Max(0, Appended - Volatile.Read(in _confirmed.Publishes));

    /// <summary>Bytes that a writer has taken and no transport has.</summary>
    public readonly long UnsentBytes(WriteBatch batch) => Math.Max(0, Taken - SentBytes(batch));

    /// <summary>Where the server is when it has got all that was taken and <paramref name="more"/> bytes behind it.</summary>
    public readonly OutboundMark Mark(long more) => new() { Bytes = _taken + more, Publishes = _appended };

    public void CountAppended() => _appended++;

    public void CountTaken(int bytes) => _taken += bytes;

    /// <summary>The server has answered the PING at this mark, so everything before it has arrived.</summary>
    public void Confirm(in OutboundMark mark) => _confirmed.RaiseTo(mark);

    /// <summary>How many bytes of the present batch have left for certain: what was confirmed is in no doubt, whatever became of the write.</summary>
    public readonly int SentOf(WriteBatch batch)
    {
        int length = batch.Bytes.Length;
        return (int)Math.Min(SentBytes(batch) - (_taken - length), length);
    }

    /// <summary>Publishes that were written, at least in part, and that the server has not confirmed, given the number of kept publishes.</summary>
    public readonly long Uncertain(long kept) => Math.Max(0, _appended - kept - _confirmed.Publishes);

    /// <summary>Bytes behind the last position that the server has confirmed, up to what a write was begun for.</summary>
    public readonly long UncertainBytes(WriteBatch batch) => Math.Max(0, _taken - batch.Bytes.Length + batch.Tried - _confirmed.Bytes);

    /// <summary>After unsent recovery: the numbers of publishes that are kept and that were lost in the failed write.</summary>
    public void RecoverUnsent(WriteBatch batch, long kept, long lost)
    {
        _settled = _appended - kept;
        _lost += lost;
        _taken = batch.SentBytes;
        _confirmed.RaiseTo(new OutboundMark { Bytes = _taken, Publishes = _settled });
    }

    /// <summary>Kept publishes that will never be sent.</summary>
    public void Drop(WriteBatch batch, long messages)
    {
        _settled = Settled(batch) + messages;
        _lost += messages;
        _confirmed.RaiseTo(new OutboundMark { Bytes = 0, Publishes = _settled });
    }

    /// <summary>Nothing that is pending will be sent; returns how many publishes that are.</summary>
    public long DropAll(WriteBatch batch)
    {
        long messages = PendingMessages(batch);
        _settled = _appended;
        _lost += messages;
        _confirmed.RaiseTo(new OutboundMark { Bytes = 0, Publishes = _settled });
        return messages;
    }

    private readonly long Settled(WriteBatch batch) =>
        Math.Max(Math.Max(Volatile.Read(in _settled), batch.SentPublishes), Volatile.Read(in _confirmed.Publishes));
}
