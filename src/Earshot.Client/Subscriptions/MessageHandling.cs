namespace Earshot.Subscriptions;

/// <summary>
/// Whether readers of one subscription are still handling messages that they have taken, which a drain waits for. An enumeration handles
/// its message until it asks for the next one or is disposed. A message that was read without an enumeration counts as handled
/// immediately, because nothing indicates when its handling ends.
/// </summary>
internal sealed class MessageHandling
{
    private int _inProgress; // enumerations that hold a message
    private bool _isReadDirectly;
    private TaskCompletionSource? _idle;

    /// <summary>Messages that enumerations hold at this moment.</summary>
    public int InProgress => Volatile.Read(ref _inProgress);

    /// <summary>At least one message was read without an enumeration.</summary>
    public bool IsReadDirectly => Volatile.Read(ref _isReadDirectly);

    /// <summary>An enumeration is about to take a message.</summary>
    public void Begin() => Interlocked.Increment(ref _inProgress);

    /// <summary>The enumeration has handled its message, or there was none.</summary>
    public void End()
    {
        if (Interlocked.Decrement(ref _inProgress) == 0)
        {
            Volatile.Read(ref _idle)?.TrySetResult();
        }
    }

    /// <summary>A message is about to be read without an enumeration.</summary>
    public void ReadDirectly() => Volatile.Write(ref _isReadDirectly, true);

    /// <summary>Completes when no enumeration holds a message. Call it when no further message can be taken.</summary>
    public Task WhenIdleAsync()
    {
        TaskCompletionSource idle = Volatile.Read(ref _idle)
            ?? Interlocked.CompareExchange(ref _idle, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null) ?? _idle;
        Interlocked.MemoryBarrier(); // the last one to end either sees the task or is seen here
        if (InProgress == 0)
        {
            idle.TrySetResult();
        }

        return idle.Task;
    }
}
