namespace Earshot.Testing;

/// <summary>A synchronization context as a user interface has one: what continues on it runs with it. Counts what was posted to it.</summary>
internal sealed class CallerContext : SynchronizationContext
{
    private int _posts;

    public int Posts => Volatile.Read(ref _posts);

    public override void Post(SendOrPostCallback d, object? state)
    {
        Interlocked.Increment(ref _posts);
        ThreadPool.QueueUserWorkItem(_ => Run(() =>
        {
            d(state);
            return true;
        }));
    }

    /// <summary>Calls code on this thread with the context.</summary>
    public T Run<T>(Func<T> call)
    {
        SynchronizationContext? before = Current;
        SetSynchronizationContext(this);
        try
        {
            return call();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
