namespace Earshot.ObjectStore.Watching;

/// <summary>
/// Determines the end of the first objects of a watch: those that the bucket had when the watch started. It is counted before the options
/// leave objects out, and does not begin again. A pure function of its inputs.
/// </summary>
internal sealed class FirstObjects
{
    private ulong _expected; // what the bucket had when the consumer was created
    private ulong _seen; // of this consumer

    /// <summary>Whether the first objects have ended.</summary>
    public bool HaveEnded { get; private set; }

    /// <summary>Processes the creation of a consumer.</summary>
    /// <param name="pending">The number of messages that the consumer has to deliver, from the response of its creation.</param>
    public void Created(ulong pending)
    {
        (_expected, _seen) = (pending, 0);
        HaveEnded |= pending == 0;
    }

    /// <summary>Processes a message.</summary>
    /// <param name="pending">The number of messages that follow, as the server stated it with this one.</param>
    public void Received(ulong pending)
    {
        _seen++;
        HaveEnded |= pending == 0 || _seen >= _expected;
    }

    /// <summary>Processes the response that nothing more is pending: the rest was removed before it was delivered.</summary>
    public void Drained() => HaveEnded = true;
}
