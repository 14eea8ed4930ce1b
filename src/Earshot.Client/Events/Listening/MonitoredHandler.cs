namespace Earshot.Events;

/// <summary>
/// One handler of the application: calls it, has its running time watched, and turns what it throws into an event that names it. It
/// does not read the journal; the pump that does brings the events.
/// </summary>
internal sealed class MonitoredHandler(
    Journal journal, string name, Func<NatsConnectionEvent, CancellationToken, ValueTask> handler, SynchronizationContext? context) : IEventHandler, IEventReceiver
{
    private HandlerInvocation? _run; // of calls that come one after another
    private EventPump? _pump; // that brought the last event
    private int _consecutiveFaults;

    public string Name => name;

    public int Backlog => _pump?.Backlog ?? 0;

    /// <summary>How to stop calling it after too many faults; otherwise its pump is disposed.</summary>
    public Action<MonitoredHandler>? Detach { get; init; }

    public async ValueTask ReceiveAsync(NatsConnectionEvent e, EventPump pump)
    {
        // Faults of a listener that handles such a report are not reported again, else two faulty listeners would trigger each other endlessly.
        bool watched = e.Kind is not (NatsEventKind.ListenerFaulted or NatsEventKind.ListenerStalled);
        HandlerInvocation run = pump.IsParallel ? new HandlerInvocation(this) : _run ??= new HandlerInvocation(this);
        _pump = pump;
        if (watched)
        {
            journal.Stalls.Started(run);
        }

        try
        {
            CancellationToken token = journal.HandlerToken;
            if (context is not null)
            {
                await OnContextAsync(context, e, pump, token).ConfigureAwait(false);
            }
            else
            {
                await handler(e, token).ConfigureAwait(false);
            }

            Volatile.Write(ref _consecutiveFaults, 0);
        }
        catch (Exception exception)
        {
            if (watched)
            {
                Faulted(e, exception, pump);
            }
        }
        finally
        {
            if (watched)
            {
                journal.Stalls.Ended(run);
            }
        }
    }

    private async Task OnContextAsync(SynchronizationContext target, NatsConnectionEvent e, EventPump pump, CancellationToken token)
    {
        var called = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        target.Post(_ =>
        {
            // The context must not contain the pump's own, by which a close detects that it runs inside a handler.
            using (pump.Enter())
            {
                try
                {
                    called.SetResult(handler(e, token).AsTask());
                }
                catch (Exception exception)
                {
                    called.SetException(exception);
                }
            }
        }, null);
        await (await called.Task.ConfigureAwait(false)).ConfigureAwait(false);
    }

    private void Faulted(NatsConnectionEvent e, Exception exception, EventPump pump)
    {
        int consecutive = Interlocked.Increment(ref _consecutiveFaults);
        bool detach = journal.Options.DetachAfterFaults > 0 && consecutive >= journal.Options.DetachAfterFaults;
        journal.Append(new NatsListenerFaultedEvent
        {
            Listener = name,
            Exception = exception,
            Event = e,
            ConsecutiveFaults = consecutive,
            Detached = detach,
            Reader = this,
        });
        if (!detach)
        {
            return;
        }

        if (Detach is { } stop)
        {
            stop(this);
        }
        else
        {
            pump.Dispose();
        }
    }
}
