namespace Earshot.JetStream.Publishing;

/// <summary>
/// Limits the messages and bytes of a publisher without an outcome. Contains the publishes that wait for a place and the callers that wait for
/// a flush. Has one lock; no other code is called under it.
/// </summary>
internal sealed class PublishWindow(NatsJSPublisherOpts opts, Action<PublishTicketState, Exception?> left)
{
    private const int AcksUntilWider = 64;

    // A waiting publish continues when this part of the window is free: a loop that fills the window is then woken once for many messages.
    private const int PartToWakeFor = 8;

    private readonly Lock _gate = new();
    private readonly Queue<WindowWaiter> _waiting = new();
    private readonly Stack<WindowWaiter> _freeWaiters = new();
    private readonly Stack<PublishTicketState> _freeTickets = new();
    private readonly List<(long Number, TaskCompletionSource Done)> _flushes = [];
    private readonly OpenNumbers _open = new();
    private long _bytes;
    private int _limit = opts.MaxInFlight;
    private int _cleanAcks;
    private int _taken;

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

    /// <summary>Takes a place, after all publishes that already wait, and completes with the number of the message.</summary>
    public ValueTask<long> EnterAsync(int size, CancellationToken cancellationToken)
    {
        WindowWaiter waiter;
        lock (_gate)
        {
            while (_waiting.TryPeek(out WindowWaiter? first) && first.IsCancelled)
            {
                _waiting.Dequeue();
            }

            if (_waiting.Count == 0 && HasPlaceLocked(size))
            {
                return new ValueTask<long>(TakeLocked(size));
            }

            waiter = _freeWaiters.TryPop(out WindowWaiter? free) ? free : new WindowWaiter(this);
            waiter.Begin(size);
            _waiting.Enqueue(waiter);
        }

        return waiter.WaitAsync(cancellationToken);
    }

    /// <summary>Returns a ticket for a message that has its place.</summary>
    public PublishTicketState TakeTicket()
    {
        lock (_gate)
        {
            return _freeTickets.TryPop(out PublishTicketState? free) ? free : new PublishTicketState(this);
        }
    }

    /// <summary>Takes back a waiter that is no longer referenced.</summary>
    public void Return(WindowWaiter waiter)
    {
        lock (_gate)
        {
            _freeWaiters.Push(waiter);
        }
    }

    /// <summary>Removes a message that has its outcome. Its ticket may be used again afterwards.</summary>
    public void Left(PublishTicketState ticket, Exception? failure)
    {
        left(ticket, failure); // first: a flush that completes finds it counted
        (long number, int size) = (ticket.Number, ticket.Size);
        ticket.Clear();
        lock (_gate)
        {
            _freeTickets.Push(ticket);
            if (failure is null)
            {
                Widen();
            }
        }

        Release(number, size);
    }

    /// <summary>Frees the place of a message, and lets waiting publishes and flushes continue.</summary>
    public void Release(long number, int size)
    {
        List<TaskCompletionSource>? flushed = null;
        bool wakes;
        lock (_gate)
        {
            _open.Close(number);
            _taken--;
            _bytes -= size;
            wakes = _waiting.Count > 0 && IsFreeEnoughLocked();
            for (int i = _flushes.Count - 1; i >= 0; i--)
            {
                if (_open.Lowest > _flushes[i].Number)
                {
                    (flushed ??= []).Add(_flushes[i].Done);
                    _flushes.RemoveAt(i);
                }
            }
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
            if (_open.Lowest > _open.Highest)
            {
                return Task.CompletedTask;
            }

            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _flushes.Add((_open.Highest, done));
            return done.Task;
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

    private bool TryGrant([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out WindowWaiter? granted, out long number)
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out granted))
            {
                if (granted.IsCancelled)
                {
                    _waiting.Dequeue();
                    continue;
                }

                if (!HasPlaceLocked(granted.Size))
                {
                    break;
                }

                _waiting.Dequeue();
                if (granted.TryGrant())
                {
                    number = TakeLocked(granted.Size);
                    return true;
                }
            }
        }

        (granted, number) = (null, 0);
        return false;
    }

    // A message larger than the byte limit is sent when no other message is in flight.
    private bool HasPlaceLocked(int size) => _taken < _limit && (_taken == 0 || _bytes + size <= opts.MaxInFlightBytes);

    private bool IsFreeEnoughLocked() => _taken == 0
        || (_taken <= _limit - (_limit / PartToWakeFor) && _bytes <= opts.MaxInFlightBytes - (opts.MaxInFlightBytes / PartToWakeFor));

    private long TakeLocked(int size)
    {
        _taken++;
        _bytes += size;
        return _open.Open();
    }
}
