namespace Earshot.Subscriptions;

/// <summary>Leaves a spin lock at the end of a block.</summary>
internal readonly ref struct SpinLockScope
{
    private readonly ref SpinLock _lock;

    public SpinLockScope(ref SpinLock spinLock)
    {
        bool isTaken = false;
        _lock = ref spinLock;
        _lock.Enter(ref isTaken);
    }

    public void Dispose() => _lock.Exit(useMemoryBarrier: false);
}
