namespace Earshot.Events;

/// <summary>
/// One reader with its own pace: reads its cursor and hands over, one event after another or several at a time. A receiver that blocks
/// delays no other pump. Disposing it, from anywhere, stops further calls.
/// </summary>
internal sealed class EventPump : IDisposable
{
    private static readonly AsyncLocal<EventPump?> s_running = new();

    private readonly Journal _journal;
    private readonly JournalCursor _cursor;
    private readonly IEventReceiver _receiver;
    private readonly NatsDispatch _dispatch;
    private readonly Action? _ended;

    private EventPump(Journal journal, in ReaderSpec spec, IEventReceiver receiver, Action? ended)
    {
        (_journal, _dispatch, _receiver, _ended) = (journal, spec.Dispatch, receiver, ended);
        _cursor = new JournalCursor(journal, spec, owner: receiver);
    }

    /// <summary>The receiver whose handler the caller runs in, or <see langword="null"/>.</summary>
    public static object? Current => s_running.Value?._receiver;

    public int Backlog => (int)Math.Min(int.MaxValue, _journal.LastSequence - _cursor.After);

    /// <summary>Calls may run at the same time.</summary>
    public bool IsParallel => _dispatch.Parallel > 1;

    /// <summary>Starts to call one handler; <paramref name="ended"/> is called behind the last event, unless the pump is disposed before.</summary>
    public static EventPump Start(Journal journal, in ReaderSpec spec, Func<NatsConnectionEvent, CancellationToken, ValueTask> handler, Action? ended = null) =>
        Start(journal, spec, new MonitoredHandler(journal, spec.Name, handler, spec.Dispatch.Context), ended);

    /// <summary>Starts to hand over; <paramref name="ended"/> is called behind the last event, unless the pump is disposed before.</summary>
    public static EventPump Start(Journal journal, in ReaderSpec spec, IEventReceiver receiver, Action? ended = null)
    {
        var pump = new EventPump(journal, spec, receiver, ended);
        // The pump outlives the call that registers it, so nothing of the caller's context (activity, locals) may flow into handlers.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = pump.RunAsync();
            return pump;
        }

        using (ExecutionContext.SuppressFlow())
        {
            _ = pump.RunAsync();
        }

        return pump;
    }

    /// <summary>What it reads from the next event on.</summary>
    public void Refilter(NatsEventFilter filter) => _journal.Refilter(_cursor, filter);

    /// <summary>Until disposed, what runs here counts as running in a handler of this pump.</summary>
    public Entered Enter()
    {
        var entered = new Entered(s_running.Value);
        s_running.Value = this;
        return entered;
    }

    public void Dispose() => _cursor.Dispose();

    private async Task RunAsync()
    {
        ValueTask<bool> wait = _cursor.WaitAsync();
        if (wait.IsCompleted && !_dispatch.IsInline)
        {
            // What is replayed is not for the thread that registers.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        SemaphoreSlim? slots = IsParallel ? new SemaphoreSlim(_dispatch.Parallel) : null;
        while (await wait.ConfigureAwait(false))
        {
            s_running.Value = this;
            while (_cursor.TryRead(out NatsConnectionEvent? e))
            {
                if (e is NatsClosedEvent)
                {
                    _journal.ReportOffered(_receiver, e.Sequence);
                }

                if (slots is null)
                {
                    await _receiver.ReceiveAsync(e, this).ConfigureAwait(false);
                }
                else
                {
                    await StartCallAsync(e, slots).ConfigureAwait(false);
                }
            }

            if (slots is null && _ended is null)
            {
                _journal.ReportFinished(_receiver, _cursor.After); // else its last call is still to come
            }

            wait = _cursor.WaitAsync();
            if (slots is not null)
            {
                ReportIdle(); // calls may still run, while it waits for more
            }
        }

        if (slots is not null)
        {
            await AllFreeAsync(slots).ConfigureAwait(false);
        }

        End();
    }

    private void End()
    {
        try
        {
            if (!_cursor.IsDisposed)
            {
                _ended?.Invoke();
            }
        }
        catch (Exception)
        {
            // It threw after the last event of a run that has ended: no event could report it any more.
        }

        _journal.ReportFinished(_receiver, long.MaxValue);
        _cursor.Dispose();
    }

    private async ValueTask StartCallAsync(NatsConnectionEvent e, SemaphoreSlim slots)
    {
        await slots.WaitAsync().ConfigureAwait(false);
        _cursor.BeginCall();
        _ = CallAndReleaseAsync(e, slots);
    }

    private async Task CallAndReleaseAsync(NatsConnectionEvent e, SemaphoreSlim slots)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await _receiver.ReceiveAsync(e, this).ConfigureAwait(false);
        _cursor.EndCall();
        ReportIdle();
        slots.Release();
    }

    private void ReportIdle()
    {
        if (_ended is null)
        {
            _journal.ReportIdle(_cursor);
        }
    }

    private async ValueTask AllFreeAsync(SemaphoreSlim slots)
    {
        for (int i = 0; i < _dispatch.Parallel; i++)
        {
            await slots.WaitAsync().ConfigureAwait(false);
        }

        slots.Release(_dispatch.Parallel);
    }

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    internal readonly struct Entered(EventPump? outer) : IDisposable
    {
        public void Dispose() => s_running.Value = outer;
    }
}
