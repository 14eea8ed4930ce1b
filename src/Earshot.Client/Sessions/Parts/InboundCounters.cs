namespace Earshot.Sessions;

/// <summary>What a connection has received over all its sessions. Written by the current read loop, read from any thread.</summary>
internal struct InboundCounters
{
    private long _messages;
    private long _bytes;
    private long _unknownSids;

    public long Messages => Volatile.Read(ref _messages);

    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Messages without a subscription: normal for a short time after an unsubscribe.</summary>
    public long UnknownSids => Volatile.Read(ref _unknownSids);

    public void AddMessages(long count) => Volatile.Write(ref _messages, _messages + count);

    public void AddBytes(long count) => Volatile.Write(ref _bytes, _bytes + count);

    public void AddUnknownSid() => Volatile.Write(ref _unknownSids, _unknownSids + 1);
}
