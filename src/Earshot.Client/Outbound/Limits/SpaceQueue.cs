namespace Earshot.Outbound;

/// <summary>The publishers that wait for room. All under the gate of the buffer.</summary>
internal struct SpaceQueue
{
    private List<SpaceWaiter>? _waiters; // made by the first

    public SpaceWaiter EnterLocked()
    {
        var waiter = new SpaceWaiter();
        (_waiters ??= []).Add(waiter);
        return waiter;
    }

    public readonly void LeaveLocked(SpaceWaiter waiter) => _waiters?.Remove(waiter);

    public readonly void WakeLocked()
    {
        if (_waiters is null)
        {
            return;
        }

        foreach (SpaceWaiter waiter in _waiters)
        {
            waiter.Wake();
        }
    }
}
