using Earshot.Protocol;

namespace Earshot.Timing;

/// <summary>
/// One timer; derive from it and keep it as long as its owner. Owns its place in the queue, not the clock.
/// </summary>
[ForExtensions]
internal abstract class TimerEntry
{
    /// <summary>Index in the heap of the queue that holds it, -1 while not scheduled. Guarded by the lock of that queue.</summary>
    internal int HeapIndex = -1;

    /// <summary>When it is due, in timestamps of the provider.</summary>
    internal long Due;

    /// <summary>Order of scheduling: of two entries due at the same moment the earlier scheduled one fires first.</summary>
    internal long Order;

    /// <summary>
    /// Called once per schedule on the timer's thread, outside the lock of the queue, one entry at a time. It must be short and
    /// must not wait: everything else that is due waits behind it. It may schedule or cancel, itself too. A cancel that comes
    /// after the entry was taken out of the queue cannot stop the call, so the entry checks its own state.
    /// </summary>
    protected abstract void Fire();

    internal void Run() => Fire();
}
