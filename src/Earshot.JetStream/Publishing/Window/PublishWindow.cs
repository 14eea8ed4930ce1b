namespace Earshot.JetStream.Publishing;

/// <summary>
/// How many messages and bytes of a publisher may be without an outcome, who waits for room, and who waits until all before have left.
/// Guards itself by one lock, under which nothing is called.
/// </summary>
internal sealed class PublishWindow(NatsJSPublisherOpts opts, Action<PublishTicketState, Exception?> left)
{
    private const int AcksUntilWider = 64;

    private readonly Lock _gate = new();
    private readonly Queue<(int Size, TaskCompletionSource Room)> _waiting = new();
    private readonly List<(long Number, TaskCompletionSource Done)> _flushes = [];
    private readonly SortedSet<long> _open = [];
    private long _bytes;
    private int _limit = opts.MaxInFlight;
    private int _cleanAcks;
    private int _taken;

    /// <summary>Messages that may be without an outcome now: fewer after the server has said that it is overloaded.</summary>
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

    /// <summary>Takes room; waits behind everybody who waits already.</summary>
    public ValueTask EnterAsync(int size, CancellationToken cancellationToken)
    {
        TaskCompletionSource room;
        lock (_gate)
        {
            if (_waiting.Count == 0 && HasRoomLocked(size))
            {
                TakeLocked(size);
                return default;
            }

            room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((size, room));
        }

        return new ValueTask(WaitAsync(room, cancellationToken));
    }

    /// <summary>The message has room and is about to be sent.</summary>
    public void Opened(long number)
    {
        lock (_gate)
        {
            _open.Add(number);
        }
    }

    /// <summary>It was not sent after all.</summary>
    public void ReturnSlot(int size)
    {
        foreach ((int taken, TaskCompletionSource room) in TakeBack(size))
        {
            if (!room.TrySetResult())
            {
                ReturnSlot(taken); // cancelled in the same moment
            }
        }
    }

    /// <summary>A message has its outcome.</summary>
    public void Left(PublishTicketState ticket, Exception? failure)
    {
        left(ticket, failure); // first: a flush that completes finds it counted
        List<TaskCompletionSource> done = [];
        lock (_gate)
        {
            _open.Remove(ticket.Number);
            Widen();
            for (int i = _flushes.Count - 1; i >= 0; i--)
            {
                if (_open.Count == 0 || _open.Min > _flushes[i].Number)
                {
                    done.Add(_flushes[i].Done);
                    _flushes.RemoveAt(i);
                }
            }
        }

        ReturnSlot(ticket.Size);
        done.ForEach(flushed => flushed.TrySetResult());
    }

    /// <summary>The server is overloaded: half of the window.</summary>
    public void SlowDown()
    {
        lock (_gate)
        {
            (_limit, _cleanAcks) = (Math.Max(1, _limit / 2), 0);
        }
    }

    /// <summary>Completes when all messages up to this one have their outcome.</summary>
    public Task FlushAsync(long number)
    {
        lock (_gate)
        {
            if (_open.Count == 0 || _open.Min > number)
            {
                return Task.CompletedTask;
            }

            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _flushes.Add((number, done));
            return done.Task;
        }
    }

    private static async Task WaitAsync(TaskCompletionSource room, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), room);
        await room.Task.ConfigureAwait(false);
    }

    private void Widen()
    {
        if (_limit < opts.MaxInFlight && ++_cleanAcks >= AcksUntilWider)
        {
            (_limit, _cleanAcks) = (Math.Min(opts.MaxInFlight, _limit + Math.Max(1, opts.MaxInFlight / 8)), 0);
        }
    }

    private List<(int Size, TaskCompletionSource Room)> TakeBack(int size)
    {
        List<(int Size, TaskCompletionSource Room)> woken = [];
        lock (_gate)
        {
            _taken--;
            _bytes -= size;
            while (_waiting.TryPeek(out (int Size, TaskCompletionSource Room) next))
            {
                if (next.Room.Task.IsCompleted)
                {
                    _waiting.Dequeue(); // cancelled
                }
                else if (HasRoomLocked(next.Size))
                {
                    _waiting.Dequeue();
                    TakeLocked(next.Size);
                    woken.Add(next);
                }
                else
                {
                    break;
                }
            }
        }

        return woken;
    }

    // A message larger than the limit of bytes goes alone.
    private bool HasRoomLocked(int size) => _taken < _limit && (_taken == 0 || _bytes + size <= opts.MaxInFlightBytes);

    private void TakeLocked(int size)
    {
        _taken++;
        _bytes += size;
    }
}
