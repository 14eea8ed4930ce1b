namespace Earshot.Server.JetStream;

/// <summary>A fast batch that has not ended: where it is, and how many of its messages are acknowledged together.</summary>
/// <param name="reply">What its first message has said.</param>
/// <param name="window">The number of messages until the first ack.</param>
internal sealed class FastBatch(FastReply reply, int window)
{
    public string Id => reply.Id;

    public bool Continues => reply.Continues;

    /// <summary>The number of the last message, received or lost.</summary>
    public ulong Last { get; set; }

    /// <summary>The sequence of the last message that was stored; 0: none.</summary>
    public ulong LastStored { get; set; }

    /// <summary>The number of the last message that was acknowledged.</summary>
    public ulong LastAck { get; private set; }

    /// <summary>The number of messages until the next ack.</summary>
    public int Window { get; private set; } = window;

    /// <summary>When it is dropped.</summary>
    public DateTimeOffset Due { get; set; }

    /// <summary>Advances the ack when a window is complete; the next window has at most twice the size, or half, of this one.</summary>
    /// <param name="share">The greatest window that the server gives.</param>
    /// <returns>Whether there is something to acknowledge.</returns>
    public bool TryAcknowledge(int share)
    {
        ulong windows = (Last - LastAck) / (ulong)Window;
        if (windows == 0)
        {
            return false;
        }

        LastAck += windows * (ulong)Window;
        int most = Math.Min(reply.Flow, share);
        Window = Window < most ? Math.Min(2 * Window, most) : Math.Max(Window / 2, most);
        return true;
    }
}
