namespace Earshot.Events;

/// <summary>
/// One handler with its own pace: reads its cursor and calls the handler, one call after another or several at a time. What the
/// handler throws becomes an event; a handler that blocks delays nobody else. Disposing it, from anywhere, stops further calls.
/// </summary>
internal sealed class EventPump : IEventHandler, IDisposable
{
    private static readonly AsyncLocal<EventPump?> s_running = new();

    private readonly Journal _journal;
    private readonly JournalCursor _cursor;
    private readonly Func<NatsConnectionEvent, CancellationToken, ValueTask> _handler;
    private readonly NatsDispatch _dispatch;
    private readonly Action? _ended;
    private int _consecutiveFaults;

    private EventPump(Journal journal, in ReaderSpec spec, Func<NatsConnectionEvent, CancellationToken, ValueTask> handler, Action? ended)
    {
        (_journal, Name, _dispatch, _handler, _ended) = (journal, spec.Name, spec.Dispatch, handler, ended);
        _cursor = new JournalCursor(journal, spec, owner: this);
    }

    /// <summary>The pump in whose handler the caller runs.</summary>
    public static EventPump? Current => s_running.Value;

    public string Name { get; }
    public int Backlog => (int)Math.Min(int.MaxValue, _journal.LastSequence - _cursor.After);

    /// <summary>Starts handing over; <paramref name="ended"/> is called behind the last event, unless the pump is disposed before.</summary>
    public static EventPump Start(Journal journal, in ReaderSpec spec, Func<NatsConnectionEvent, CancellationToken, ValueTask> handler, Action? ended = null)
    {
        var pump = new EventPump(journal, spec, handler, ended);
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

    public void Dispose() => _cursor.Dispose();

    private async Task RunAsync()
    {
        ValueTask<bool> wait = _cursor.WaitAsync();
        if (wait.IsCompleted && !_dispatch.IsInline)
        {
            // What is replayed is not for the thread that registers.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }

        SemaphoreSlim? slots = _dispatch.Parallel > 1 ? new SemaphoreSlim(_dispatch.Parallel) : null;
        var run = new HandlerRun(this);
        while (await wait.ConfigureAwait(false))
        {
            s_running.Value = this;
            while (_cursor.TryRead(out NatsConnectionEvent? e))
            {
                if (e is NatsClosedEvent)
                {
                    _journal.ReportOffered(this, e.Sequence);
                }

                if (slots is null)
                {
                    await CallAsync(e, run).ConfigureAwait(false);
                }
                else
                {
                    await StartCallAsync(e, slots).ConfigureAwait(false);
                }
            }

            if (slots is not null)
            {
                await AllFreeAsync(slots).ConfigureAwait(false);
            }

            if (_ended is null)
            {
                _journal.ReportFinished(this, _cursor.After); // else it has its last word to say first
            }

            wait = _cursor.WaitAsync();
        }

        try
        {
            if (!_cursor.IsDisposed)
            {
                _ended?.Invoke();
            }
        }
        catch (Exception)
        {
            // It threw behind the last event of a life that is over: there is no event any more to tell it with.
        }

        _journal.ReportFinished(this, long.MaxValue);
        _cursor.Dispose();
    }

    private async ValueTask CallAsync(NatsConnectionEvent e, HandlerRun run)
    {
        // About a listener's own trouble nothing more is reported, else two faulty listeners would feed each other for ever.
        bool watched = e.Kind is not (NatsEventKind.ListenerFaulted or NatsEventKind.ListenerStalled);
        if (watched)
        {
            _journal.Stalls.Started(run);
        }

        try
        {
            CancellationToken token = _journal.HandlerToken;
            if (_dispatch.Context is { } context)
            {
                await OnContextAsync(context, e, token).ConfigureAwait(false);
            }
            else
            {
                await _handler(e, token).ConfigureAwait(false);
            }

            Volatile.Write(ref _consecutiveFaults, 0);
        }
        catch (Exception exception)
        {
            if (watched)
            {
                Faulted(e, exception);
            }
        }
        finally
        {
            if (watched)
            {
                _journal.Stalls.Ended(run);
            }
        }
    }

    private async ValueTask StartCallAsync(NatsConnectionEvent e, SemaphoreSlim slots)
    {
        await slots.WaitAsync().ConfigureAwait(false);
        _ = CallAndReleaseAsync(e, slots);
    }

    private async Task CallAndReleaseAsync(NatsConnectionEvent e, SemaphoreSlim slots)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await CallAsync(e, new HandlerRun(this)).ConfigureAwait(false);
        slots.Release();
    }

    private async ValueTask AllFreeAsync(SemaphoreSlim slots)
    {
        for (int i = 0; i < _dispatch.Parallel; i++)
        {
            await slots.WaitAsync().ConfigureAwait(false);
        }

        slots.Release(_dispatch.Parallel);
    }

    private async Task OnContextAsync(SynchronizationContext context, NatsConnectionEvent e, CancellationToken token)
    {
        var called = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        context.Post(_ =>
        {
            // The context may not carry the pump's own, by which closing inside a handler knows where it is.
            EventPump? outer = s_running.Value;
            s_running.Value = this;
            try
            { called.SetResult(_handler(e, token).AsTask()); }
            catch (Exception exception) { called.SetException(exception); }
            finally { s_running.Value = outer; }
        }, null);
        await (await called.Task.ConfigureAwait(false)).ConfigureAwait(false);
    }

    private void Faulted(NatsConnectionEvent e, Exception exception)
    {
        int consecutive = Interlocked.Increment(ref _consecutiveFaults);
        bool detach = _journal.Options.DetachAfterFaults > 0 && consecutive >= _journal.Options.DetachAfterFaults;
        _journal.Append(new NatsListenerFaultedEvent
        {
            Listener = Name,
            Exception = exception,
            Event = e,
            Consecutive = consecutive,
            Detached = detach,
            Reader = this,
        });
        if (detach)
        {
            Dispose();
        }
    }
}
