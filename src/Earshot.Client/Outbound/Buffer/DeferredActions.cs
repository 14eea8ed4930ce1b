using Earshot.Events;

namespace Earshot.Outbound;

/// <summary>
/// Actions that were decided under the outbound lock and run after its release, because they may run code of the application:
/// events are appended in the order in which they were added, one thread at a time, and waits are completed. All members except
/// <see cref="IsNeeded"/> and <see cref="CarryOut"/> require the outbound lock.
/// </summary>
internal struct DeferredActions
{
    private Queue<NatsConnectionEvent>? _events; // there only while it holds some
    private SpaceWaiter? _decided; // the last one first
    private bool _isReporting;

    /// <summary>Whether there is something to carry out; a hint when read without the lock, and certain for what the reader itself has added.</summary>
    public readonly bool IsNeeded => Volatile.Read(in _events) is not null || Volatile.Read(in _decided) is not null;

    public void Add(NatsConnectionEvent e) => (_events ??= []).Enqueue(e);

    public void Add(SpaceWaiter decided)
    {
        decided.Next = _decided;
        _decided = decided;
    }

    /// <summary>Carries out what is there. Not under the lock, which it enters for a moment; what runs here may be the application's.</summary>
    public void CarryOut(ref Gate gate, Journal journal)
    {
        SpaceWaiter? decided;
        NatsConnectionEvent? e;
        using (gate.EnterScope())
        {
            decided = TakeDeferred();
            e = _isReporting ? null : NextEvent(); // another thread that reports takes these events as well
        }

        while (decided is { } waiter)
        {
            decided = waiter.Next;
            waiter.Next = null;
            waiter.Complete();
        }

        while (e is not null)
        {
            journal.Append(e);
            using (gate.EnterScope())
            {
                e = NextEvent();
            }
        }
    }

    // The first one first.
    private SpaceWaiter? TakeDeferred()
    {
        SpaceWaiter? first = null;
        while (_decided is { } last)
        {
            _decided = last.Next;
            last.Next = first;
            first = last;
        }

        return first;
    }

    private NatsConnectionEvent? NextEvent()
    {
        _isReporting = _events?.Count > 0;
        if (_isReporting)
        {
            return _events!.Dequeue();
        }

        _events = null;
        return null;
    }
}
