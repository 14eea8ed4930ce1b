using System.Diagnostics.CodeAnalysis;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// Limits the messages and bytes of a publisher without an outcome. Contains the publishes that wait for a place, the callers that wait for
/// a flush and, with an order, the queues of the subjects. Has one lock; no other code is called under it.
/// </summary>
internal sealed class PublishWindow(NatsJSPublisherOpts opts, Action<PublishTicketState, Exception?> left)
{
    private const int AcksUntilWider = 64;

    // A waiting publish continues when this part of the window is free: a loop that fills the window is then woken once for many messages.
    private const int PartToWakeFor = 8;

    // Of each kind of object that is used again; more of them were needed by a burst only.
    private const int MostKept = 16_384;

    private readonly Lock _gate = new();
    private readonly Queue<WindowWaiter> _waiting = new();
    private readonly Stack<WindowWaiter> _freeWaiters = new();
    private readonly Stack<PublishTicketState> _freeTickets = new();
    private readonly FlushGroups _flushes = new();
    private readonly SubjectQueues? _subjects = opts.Order == NatsJSPublishOrder.PerSubject ? new SubjectQueues() : null;
    private long _bytes;
    private int _limit = opts.MaxInFlight;
    private int _cleanAcks;
    private int _taken;
    private long _number;
    private bool _isClosed;

    /// <summary>The present limit of messages without an outcome: lower after the server was overloaded.</summary>
    public int Limit => Volatile.Read(ref _limit);

    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Returns a ticket for a message that will wait for its place.</summary>
    public PublishTicketState TakeTicket()
    {
        lock (_gate)
        {
            return _freeTickets.TryPop(out PublishTicketState? free) ? free : new PublishTicketState(this);
        }
    }

    /// <summary>
    /// Completes with the number of the message when it has its place, after all publishes that already wait. The order of the calls is the
    /// order of the messages of a subject.
    /// </summary>
    public ValueTask<long> EnterAsync(PublishTicketState ticket, CancellationToken cancellationToken)
    {
        WindowWaiter waiter;
        lock (_gate)
        {
            if (_isClosed)
            {
                return ValueTask.FromException<long>(Disposed());
            }

            DropCancelledLocked();
            if (_waiting.Count == 0 && HasPlaceLocked(ticket.Size))
            {
                return new ValueTask<long>(TakeLocked(ticket));
            }

            waiter = _freeWaiters.TryPop(out WindowWaiter? free) ? free : new WindowWaiter(this);
            waiter.Begin(ticket);
            _waiting.Enqueue(waiter);
        }

        return waiter.WaitAsync(cancellationToken);
    }

    /// <summary>
    /// Sets the publish of a message, which was begun as held. Returns true when the message is the first of its subject, so that the caller
    /// must release it; otherwise it is released when those before it have their outcome.
    /// </summary>
    public bool IsFirst(PublishTicketState ticket, long number, in HeldPublish publish)
    {
        lock (_gate)
        {
            if (ticket.Number != number)
            {
                return false; // it has ended, and the ticket may be used for another message
            }

            ticket.Held = publish;
            return ticket.Before is null;
        }
    }

    /// <summary>Takes back a waiter that is no longer referenced.</summary>
    public void Return(WindowWaiter waiter)
    {
        lock (_gate)
        {
            Keep(_freeWaiters, waiter);
        }
    }

    /// <summary>Takes back the ticket of a message that got no place.</summary>
    public void Return(PublishTicketState ticket)
    {
        ticket.Clear();
        lock (_gate)
        {
            Keep(_freeTickets, ticket);
        }
    }

    /// <summary>
    /// Removes a message that has its outcome, and lets the next message of its subject, waiting publishes and flushes continue. Its ticket may
    /// be used again afterwards.
    /// </summary>
    public void Left(PublishTicketState ticket, Exception? failure)
    {
        left(ticket, failure); // first: a flush that completes finds it counted
        List<TaskCompletionSource>? flushed = null;
        HeldPublish? next;
        bool wakes;
        lock (_gate)
        {
            _taken--;
            _bytes -= ticket.Size;
            _flushes.Leave(ticket.Group!, ref flushed);
            next = _subjects?.Leave(ticket)?.Held;
            ticket.Clear();
            Keep(_freeTickets, ticket);
            if (failure is null)
            {
                Widen();
            }

            wakes = _waiting.Count > 0 && IsFreeEnoughLocked();
        }

        if (next is { } held)
        {
            // Not on this stack: on a closed connection each publish of the subject ends immediately, within the one before it.
            ThreadPool.UnsafeQueueUserWorkItem(static publish => publish.Release(), held, preferLocal: false);
        }

        if (wakes)
        {
            GrantPlaces();
        }

        flushed?.ForEach(done => done.TrySetResult());
    }

    /// <summary>Halves the limit, because the server is overloaded.</summary>
    public void SlowDown()
    {
        lock (_gate)
        {
            (_limit, _cleanAcks) = (Math.Max(1, _limit / 2), 0);
        }
    }

    /// <summary>Completes when all messages that have a place now have their outcome.</summary>
    public Task FlushAsync()
    {
        lock (_gate)
        {
            return _flushes.FlushAsync();
        }
    }

    /// <summary>Gives no more places. Publishes that wait for one fail.</summary>
    public void Close()
    {
        WindowWaiter[] waiting;
        lock (_gate)
        {
            _isClosed = true;
            waiting = [.. _waiting];
            _waiting.Clear();
            _waiting.TrimExcess();
        }

        Array.ForEach(waiting, waiter => waiter.Fail(Disposed()));
    }

    private static ObjectDisposedException Disposed() => new(nameof(NatsJSPublisher));

    private static void Keep<T>(Stack<T> free, T used)
    {
        if (free.Count < MostKept)
        {
            free.Push(used);
        }
    }

    private void Widen()
    {
        if (_limit < opts.MaxInFlight && ++_cleanAcks >= AcksUntilWider)
        {
            int step = Math.Max(1, opts.MaxInFlight / 8);
            (_limit, _cleanAcks) = (step >= opts.MaxInFlight - _limit ? opts.MaxInFlight : _limit + step, 0);
        }
    }

    private void GrantPlaces()
    {
        while (TryGrant(out WindowWaiter? granted, out long number))
        {
            granted.Complete(number);
        }
    }

    private bool TryGrant([NotNullWhen(true)] out WindowWaiter? granted, out long number)
    {
        lock (_gate)
        {
            while (true)
            {
                DropCancelledLocked();
                if (!_waiting.TryPeek(out granted) || !HasPlaceLocked(granted.Ticket.Size))
                {
                    (granted, number) = (null, 0);
                    return false;
                }

                DequeueLocked();
                if (granted.TryGrant())
                {
                    number = TakeLocked(granted.Ticket);
                    return true;
                }
            }
        }
    }

    private void DropCancelledLocked()
    {
        while (_waiting.TryPeek(out WindowWaiter? first) && first.IsCancelled)
        {
            DequeueLocked();
        }
    }

    private void DequeueLocked()
    {
        _waiting.Dequeue();
        if (_waiting.Count == 0 && _waiting.Capacity > MostKept)
        {
            _waiting.TrimExcess();
        }
    }

    // A message larger than the byte limit is sent when no other message is in flight.
    private bool HasPlaceLocked(int size) => _taken < _limit && (_taken == 0 || _bytes + size <= opts.MaxInFlightBytes);

    private bool IsFreeEnoughLocked() => _taken == 0
        || (_taken <= _limit - (_limit / PartToWakeFor) && _bytes <= opts.MaxInFlightBytes - (opts.MaxInFlightBytes / PartToWakeFor));

    private long TakeLocked(PublishTicketState ticket)
    {
        _taken++;
        _bytes += ticket.Size;
        ticket.Enter(++_number, _flushes.Enter());
        _subjects?.Enter(ticket);
        return _number;
    }
}
