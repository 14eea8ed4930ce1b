namespace Earshot.Server.Clients;

/// <summary>One SUB of one client. Counts its deliveries; the count decides when an UNSUB with a maximum takes effect.</summary>
internal sealed class Subscription(IMessageSink sink, byte[] subject, byte[]? queue, byte[] sid)
{
    private long _delivered;
    private long _max;
    private int _removed;

    public IMessageSink Sink => sink;

    public byte[] Subject => subject;

    public byte[]? Queue => queue;

    public byte[] Sid => sid;

    /// <summary>A wildcard over denied subjects; such messages are left out one by one.</summary>
    public bool IsFiltered { get; set; }

    public long Delivered => Volatile.Read(ref _delivered);

    /// <summary>0 means no maximum.</summary>
    public long Max
    {
        get => Volatile.Read(ref _max);
        set => Volatile.Write(ref _max, value);
    }

    public bool IsRemoved => Volatile.Read(ref _removed) != 0;

    /// <summary>True for the one caller that has to take it out of the tree.</summary>
    public bool TryRemove() => Interlocked.Exchange(ref _removed, 1) == 0;

    /// <summary>Counts one message; false when the maximum was reached before it.</summary>
    public bool TryCount(out bool wasLast)
    {
        long count = Interlocked.Increment(ref _delivered);
        long max = Max;
        wasLast = max > 0 && count == max;
        return max == 0 || count <= max;
    }
}
