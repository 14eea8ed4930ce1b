namespace Earshot.Outbound;

/// <summary>
/// The callers that wait for room, first come, first served. A linked list, so that entering, leaving from the middle and being served
/// cost the same however many wait. All under the outbound lock.
/// </summary>
internal struct SpaceQueue
{
    private SpaceWaiter? _first;
    private SpaceWaiter? _last;

    /// <summary>The next waiter; null when the queue is empty.</summary>
    public readonly SpaceWaiter? First => _first;

    public void Enter(SpaceWaiter waiter)
    {
        (waiter.Previous, waiter.IsQueued) = (_last, true);
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    /// <summary>False: it has left before.</summary>
    public bool TryLeave(SpaceWaiter waiter)
    {
        if (!waiter.IsQueued)
        {
            return false;
        }

        if (waiter.Previous is { } previous)
        {
            previous.Next = waiter.Next;
        }
        else
        {
            _first = waiter.Next;
        }

        if (waiter.Next is { } next)
        {
            next.Previous = waiter.Previous;
        }
        else
        {
            _last = waiter.Previous;
        }

        (waiter.Next, waiter.Previous, waiter.IsQueued) = (null, null, false);
        return true;
    }
}
