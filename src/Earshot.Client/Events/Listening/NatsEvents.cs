using System.Runtime.CompilerServices;
using Earshot.Events;

namespace Earshot;

/// <summary>
/// All ways to listen to one connection. Every member is safe from any thread, inside a handler too. A handler runs on its own: what it
/// throws becomes <see cref="NatsListenerFaultedEvent"/>, and when it blocks it delays only itself (.NET events and callbacks of the options: only each other).
/// </summary>
public sealed class NatsEvents : IObservable<NatsConnectionEvent>
{
    private readonly Journal _journal;

    /// <summary>Makes the events of no connection, for mocks: they hold what is given here, and nothing happens any more.</summary>
    /// <param name="past">What has happened, the oldest first; default: nothing.</param>
    public NatsEvents(params ReadOnlySpan<NatsConnectionEvent> past)
    {
        _journal = NoConnection.NewJournal();
        foreach (NatsConnectionEvent e in past)
        {
            _journal.Append(e);
        }
    }

    internal NatsEvents(Journal journal) => _journal = journal;

    /// <summary>Completes after every handler was offered the last event, at the latest after <see cref="EventDrainTimeout"/>; never faults.</summary>
    public Task<NatsClosedEvent> Closed => _journal.Closed;

    /// <summary>How long closing waits for handlers before their token is cancelled. Default: 2 s.</summary>
    public TimeSpan EventDrainTimeout => _journal.Options.EventDrainTimeout;

    /// <summary>The number of the newest event; 0 before the first.</summary>
    public long LastSequence => _journal.LastSequence;

    /// <summary>The connection state after the newest event.</summary>
    public NatsConnectionState State => _journal.State;

    /// <summary>Events in order, from the past and as they happen; ends after Closed of the life it was opened in. A slow reader delays no other.</summary>
    /// <param name="from">Where to start; default: at the first event.</param>
    /// <param name="filter">Which kinds; default: <see cref="NatsEventFilter.All"/>.</param>
    /// <param name="cancellationToken">Ends the stream with an exception.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<NatsConnectionEvent> ReadAllAsync(
        NatsEventPosition from = default, NatsEventFilter filter = default, CancellationToken cancellationToken = default)
    {
        // Resolved now and not at the first MoveNext, so that nothing between the two is lost.
        var start = NatsEventPosition.FromSequence(_journal.Resolve(from) + 1);
        return StreamAsync(start, filter, cancellationToken);
    }

    /// <summary>Calls a handler for every event of one kind; <see cref="NatsConnectionEvent"/> stands for all. Stays over a new life.</summary>
    /// <param name="handler">What to call; must not block for long.</param>
    /// <param name="replay">Which past events to deliver; default: none.</param>
    /// <param name="dispatch">How to call; default: one after another.</param>
    /// <param name="name">How events about this handler name it; default: the type of event.</param>
    /// <returns>Disposing it unregisters the handler; a call in progress goes on.</returns>
    /// <exception cref="ArgumentNullException">No handler.</exception>
    public IDisposable On<TEvent>(Action<TEvent> handler, NatsReplay replay = default, NatsDispatch dispatch = default, string? name = null)
        where TEvent : NatsConnectionEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On<TEvent>((e, _) => { handler(e); return default; }, replay, dispatch, name);
    }

    /// <summary>As the other overloads, for an async lambda with one parameter, which would otherwise run without being awaited.</summary>
    /// <param name="handler">What to call and await.</param>
    /// <param name="replay">Which past events to deliver; default: none.</param>
    /// <param name="dispatch">How to call; default: one after another.</param>
    /// <param name="name">How events about this handler name it; default: the type of event.</param>
    /// <returns>Disposing it unregisters the handler; a call in progress goes on.</returns>
    /// <exception cref="ArgumentNullException">No handler.</exception>
    public IDisposable On<TEvent>(Func<TEvent, Task> handler, NatsReplay replay = default, NatsDispatch dispatch = default, string? name = null)
        where TEvent : NatsConnectionEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On<TEvent>((e, _) => new ValueTask(handler(e)), replay, dispatch, name);
    }

    /// <summary>Calls an async handler for every event of one kind and awaits it; <see cref="NatsConnectionEvent"/> stands for all.</summary>
    /// <param name="handler">What to call; its token is cancelled <see cref="EventDrainTimeout"/> after Closed.</param>
    /// <param name="replay">Which past events to deliver; default: none.</param>
    /// <param name="dispatch">How to call; default: one after another.</param>
    /// <param name="name">How events about this handler name it; default: the type of event.</param>
    /// <returns>Disposing it unregisters the handler; a call in progress goes on.</returns>
    /// <exception cref="ArgumentNullException">No handler.</exception>
    public IDisposable On<TEvent>(
        Func<TEvent, CancellationToken, ValueTask> handler, NatsReplay replay = default, NatsDispatch dispatch = default, string? name = null)
        where TEvent : NatsConnectionEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        var spec = new ReaderSpec
        {
            Name = name ?? $"On<{typeof(TEvent).Name}>",
            Filter = NatsEventFilter.OfType<TEvent>(),
            From = replay.Position,
            Dispatch = dispatch,
        };
        return EventPump.Start(_journal, spec, (e, ct) => e is TEvent wanted ? handler(wanted, ct) : default);
    }

    /// <summary>Registers a listener for everything it asks for. Stays over a new life.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="replay">Which past events to deliver; default: none.</param>
    /// <param name="dispatch">How to call; default: one after another.</param>
    /// <returns>Disposing it unregisters the listener; a call in progress goes on.</returns>
    /// <exception cref="ArgumentNullException">No listener.</exception>
    public IDisposable Add(INatsConnectionListener listener, NatsReplay replay = default, NatsDispatch dispatch = default)
    {
        ArgumentNullException.ThrowIfNull(listener);
        var spec = new ReaderSpec { Name = listener.GetType().Name, Filter = listener.Filter, From = replay.Position, Dispatch = dispatch };
        return EventPump.Start(_journal, spec, async (e, ct) =>
        {
            await listener.OnEventAsync(e, ct).ConfigureAwait(false);
            await e.DeliverAsync(listener, ct).ConfigureAwait(false);
        });
    }

    /// <summary>Reports everything that happens from now on to an observer, and completion after Closed.</summary>
    /// <exception cref="ArgumentNullException">No observer.</exception>
    public IDisposable Subscribe(IObserver<NatsConnectionEvent> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        var spec = new ReaderSpec { Name = observer.GetType().Name, From = NatsEventPosition.Now, EndsWithRun = true };
        return EventPump.Start(
            _journal,
            spec,
            (e, _) =>
            {
                observer.OnNext(e);
                return default;
            },
            observer.OnCompleted);
    }

    /// <summary>The first event of a kind numbered above <paramref name="after"/>, past or future, so nothing can slip through between.</summary>
    /// <param name="after">The number to start behind; <see langword="null"/> (default): from now on.</param>
    /// <param name="predicate">What else it must fulfil; default: nothing.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NatsException">The connection closed before it happened.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<TEvent> WhenAsync<TEvent>(long? after = null, Func<TEvent, bool>? predicate = null, CancellationToken cancellationToken = default)
        where TEvent : NatsConnectionEvent
    {
        var from = NatsEventPosition.FromSequence((after ?? _journal.LastSequence) + 1);
        var cursor = new JournalCursor(_journal, new ReaderSpec { Filter = NatsEventFilter.OfType<TEvent>(), From = from, EndsWithRun = true });
        return EventWaiter.FirstAsync(cursor, predicate, cancellationToken);
    }

    /// <summary>As the other overload, without a predicate.</summary>
    /// <param name="after">The number to start behind.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NatsException">The connection closed before it happened.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<TEvent> WhenAsync<TEvent>(long after, CancellationToken cancellationToken) where TEvent : NatsConnectionEvent =>
        WhenAsync<TEvent>(after, null, cancellationToken);

    /// <summary>Completes when the connection is, or next gets, in a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NatsException">The connection closed before it got there.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitForStateAsync(NatsConnectionState state, CancellationToken cancellationToken = default)
    {
        (NatsConnectionState now, long sequence) = _journal.Here();
        if (now == state)
        {
            return Task.CompletedTask;
        }

        var spec = new ReaderSpec { Filter = NatsEventFilter.Lossless, From = NatsEventPosition.FromSequence(sequence + 1), EndsWithRun = true };
        return EventWaiter.FirstAsync<NatsConnectionEvent>(new JournalCursor(_journal, spec), e => e.State == state, cancellationToken);
    }

    /// <summary>Everything the journal still holds, in order.</summary>
    public IReadOnlyList<NatsConnectionEvent> ToList()
    {
        using var cursor = new JournalCursor(_journal, new ReaderSpec { From = NatsEventPosition.Start });
        long last = _journal.LastSequence;
        List<NatsConnectionEvent> events = [];
        while (cursor.TryRead(out NatsConnectionEvent? e) && e.Sequence <= last)
        {
            events.Add(e);
        }

        return events;
    }

    /// <summary>Writes everything the journal still holds as JSON lines; <see cref="NatsJournalExport"/> reads them back.</summary>
    /// <param name="stream">Where to; stays open.</param>
    /// <param name="cancellationToken">Ends writing between two lines.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task ExportAsync(Stream stream, CancellationToken cancellationToken = default) =>
        NatsJournalExport.WriteAsync(ToList(), stream, cancellationToken);

    /// <summary>Everything the journal still holds as lines for people, as for a bug report.</summary>
    public string ToTimeline() => NatsJournalExport.ToTimeline(ToList());

    private async IAsyncEnumerable<NatsConnectionEvent> StreamAsync(
        NatsEventPosition from, NatsEventFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        using var cursor = new JournalCursor(_journal, new ReaderSpec { Filter = filter, From = from, EndsWithRun = true });
        while (await cursor.WaitAsync(ct).ConfigureAwait(false))
        {
            while (cursor.TryRead(out NatsConnectionEvent? e))
            {
                yield return e;
                ct.ThrowIfCancellationRequested();
            }
        }
    }
}
