namespace Earshot.Subscriptions;

/// <summary>
/// Callers whose replies came in one received buffer. They continue one after the other in a few work items, because one for each would
/// cost more than its reply. While a caller runs, a work item is queued that takes the next one: a caller that blocks delays no other.
/// </summary>
internal sealed class ReplyBatch(CompletedRequests owner) : IThreadPoolWorkItem
{
    private const int Capacity = 32;

    private readonly RequestWaiter?[] _answered = new RequestWaiter?[Capacity];
    private int _count;
    private int _next;
    private int _workItems;

    public bool IsFull => _count == Capacity;

    /// <summary>Read loop only, before <see cref="Start"/>.</summary>
    public void Add(RequestWaiter waiter) => _answered[_count++] = waiter;

    /// <summary>Lets the callers continue. The batch belongs to its work items then.</summary>
    public void Start() => Queue();

    void IThreadPoolWorkItem.Execute()
    {
        if (Volatile.Read(ref _next) < _count - 1)
        {
            Queue();
        }

        var clean = ExecutionContext.Capture();
        for (int i = Interlocked.Increment(ref _next) - 1; i < _count; i = Interlocked.Increment(ref _next) - 1)
        {
            RequestWaiter waiter = _answered[i]!;
            _answered[i] = null;
            waiter.Deliver(inline: true);
            Clean(clean);
        }

        if (Interlocked.Decrement(ref _workItems) > 0)
        {
            return;
        }

        (_count, _next) = (0, 0);
        owner.Return(this);
    }

    // As the thread pool does between two work items: what a caller left on the thread must not reach the next one.
    private static void Clean(ExecutionContext? clean)
    {
        if (SynchronizationContext.Current is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }

        if (clean is not null && ExecutionContext.Capture() != clean)
        {
            ExecutionContext.Restore(clean);
        }
    }

    private void Queue()
    {
        Interlocked.Increment(ref _workItems);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
