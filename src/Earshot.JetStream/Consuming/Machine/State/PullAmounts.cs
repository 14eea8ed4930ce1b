namespace Earshot.JetStream.Consuming;

/// <summary>
/// The amounts of one read: what was requested in the current epoch and was neither delivered nor ended by a status, and what was delivered
/// and not processed. Counts messages or, in a read with a byte limit, bytes. Does not depend on the phase of the read or on the time.
/// </summary>
internal sealed class PullAmounts
{
    private bool _countsBytes;

    /// <summary>The amount requested in the current epoch and neither delivered nor ended.</summary>
    public long Outstanding { get; private set; }

    /// <summary>The amount delivered and not processed. Temporarily negative when a message is processed before the read loop has reported it.</summary>
    public long Buffered { get; private set; }

    public long BufferedMsgs { get; private set; }

    /// <summary>The number of all received messages, of all epochs.</summary>
    public long ReceivedMsgs { get; private set; }

    public long ReceivedBytes { get; private set; }

    /// <summary>The amount that may still have to be processed. It determines when the next pull request is sent.</summary>
    public long Pending => Outstanding + Buffered;

    public long Asked { get; private set; }

    /// <summary>The amount delivered for pull requests of the epoch that was current at that time.</summary>
    public long Delivered { get; private set; }

    /// <summary>The amount that statuses ended without delivery.</summary>
    public long Ended { get; private set; }

    /// <summary>The amount that is no longer counted because its epoch has ended.</summary>
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

    /// <summary>Adds received messages. Returns their amount in the counted unit.</summary>
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

    /// <summary>Subtracts what an ended pull request did not receive.</summary>
    public void End(long msgs, long bytes)
    {
        long left = Math.Clamp(_countsBytes ? bytes : msgs, 0, Outstanding);
        Outstanding -= left;
        Ended += left;
    }

    /// <summary>Ends the epoch: nothing of it is counted from now on. Returns the amount that it might still deliver.</summary>
    public long Retire()
    {
        long left = Outstanding;
        Retired += left;
        Outstanding = 0;
        return left;
    }
}
