namespace Earshot.JetStream.Consuming;

/// <summary>
/// Exact accounting of one read: what was asked for in the current epoch and is neither delivered nor ended, and what was delivered and
/// not processed. Counts messages or, in a read whose size is limited, bytes. Knows no state and no time.
/// </summary>
internal sealed class PullAmounts
{
    private bool _countsBytes;

    /// <summary>Asked for in the current epoch, neither delivered nor ended.</summary>
    public long Outstanding { get; private set; }

    /// <summary>Delivered, not processed. Below zero for a moment when a message is processed before the read loop has told of it.</summary>
    public long Buffered { get; private set; }

    public long BufferedMsgs { get; private set; }

    /// <summary>All messages that came, whatever their epoch.</summary>
    public long ReceivedMsgs { get; private set; }

    public long ReceivedBytes { get; private set; }

    /// <summary>What can still become work: the measure for asking again.</summary>
    public long Pending => Outstanding + Buffered;

    public long Asked { get; private set; }

    /// <summary>What was delivered for pulls of the epoch that was the current one then.</summary>
    public long Delivered { get; private set; }

    /// <summary>What statuses gave back.</summary>
    public long Ended { get; private set; }

    /// <summary>What was never counted again because its epoch ended.</summary>
    public long Retired { get; private set; }

    public void Reset(bool countsBytes)
    {
        _countsBytes = countsBytes;
        (Outstanding, Buffered, BufferedMsgs) = (0, 0, 0);
        (Asked, Delivered, Ended, Retired) = (0, 0, 0, 0);
        (ReceivedMsgs, ReceivedBytes) = (0, 0);
    }

    public void Ask(long amount)
    {
        Asked += amount;
        Outstanding += amount;
    }

    /// <summary>Returns how much of it counts.</summary>
    public long Receive(long msgs, long bytes, bool isCurrent)
    {
        long amount = _countsBytes ? bytes : msgs;
        Buffered += amount;
        BufferedMsgs += msgs;
        ReceivedMsgs += msgs;
        ReceivedBytes += bytes;
        if (isCurrent)
        {
            long counted = Math.Min(amount, Outstanding);
            Outstanding -= counted;
            Delivered += counted;
        }

        return amount;
    }

    public void Process(long msgs, long bytes)
    {
        Buffered -= _countsBytes ? bytes : msgs;
        BufferedMsgs -= msgs;
    }

    /// <summary>A pull is over; what is left of it comes no more.</summary>
    public void End(long msgs, long bytes)
    {
        long left = Math.Clamp(_countsBytes ? bytes : msgs, 0, Outstanding);
        Outstanding -= left;
        Ended += left;
    }

    /// <summary>The epoch is over: nothing of it is counted from now on. Returns what it might still deliver.</summary>
    public long Retire()
    {
        long left = Outstanding;
        Retired += left;
        Outstanding = 0;
        return left;
    }
}
