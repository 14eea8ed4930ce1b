namespace Earshot.Outbound;

/// <summary>What the caller of an append has to call once it has left the outbound lock; the default is nothing.</summary>
/// <param name="Flusher">The flusher to call; null when it writes already.</param>
/// <param name="IsDelegated">True: the caller writes the batch itself. False: the flusher is started.</param>
internal readonly record struct NextWrite(IFlusher? Flusher, bool IsDelegated)
{
    public void Begin(bool inline)
    {
        if (Flusher is null)
        {
            return;
        }

        if (IsDelegated)
        {
            Flusher.WriteDelegated();
        }
        else
        {
            Flusher.Start(inline);
        }
    }
}
