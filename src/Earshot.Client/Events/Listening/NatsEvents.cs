using System.Runtime.CompilerServices;
using Earshot.Events;

namespace Earshot;

/// <summary>The events of one connection: handlers, listeners, streams, waits, and the journal.</summary>
/// <remarks>
/// All members can be called from any thread, also in a handler. Each handler runs on its own: an exception of it becomes
/// <see cref="NatsListenerFaultedEvent"/>, and when it blocks it delays only itself. The .NET events, and the callbacks of the options,
/// share one pump each.
/// </remarks>
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

    /// <summary>
    /// A task that completes when every handler was offered the last event, at the latest after <see cref="EventDrainTimeout"/>. It never
    /// faults.
    /// </summary>
    public Task<NatsClosedEvent> Closed => _journal.Closed;

    /// <summary>Time that closing waits for handlers before it cancels their tokens. Default: 2 s.</summary>
    public TimeSpan EventDrainTimeout => _journal.Options.EventDrainTimeout;

    /// <summary>The sequence of the newest event; 0 before the first event.</summary>
    public long LastSequence => _journal.LastSequence;

    /// <summary>The state of the connection after the newest event.</summary>
    public NatsConnectionState State => _journal.State;

    /// <summary>
    /// Reads events in order, past and future ones. The stream ends after Closed of the connection run in which it was opened; a slow
    /// reader delays no other.
    /// </summary>
    /// <param name="from">Where to start; default: at the first event.</param>
    /// <param name="filter">The kinds of events to read; default: <see cref="NatsEventFilter.All"/>.</param>
    /// <param name="cancellationToken">Ends the stream with an exception.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <returns>The events.</returns>
    public IAsyncEnumerable<NatsConnectionEvent> ReadAllAsync(
        NatsEventPosition from = default, NatsEventFilter filter = default, CancellationToken cancellationToken = default)
    {
        // Resolved now and not at the first MoveNext, so that nothing between the two is lost.
        var start = NatsEventPosition.FromSequence(_journal.Resolve(from) + 1);
        return StreamAsync(start, filter, cancellationToken);
    }

    /// <summary>
    /// Registers a handler for one kind of event; <see cref="NatsConnectionEvent"/> registers it for all kinds. It stays registered when a new
    /// connection run begins.
    /// </summary>
    /// <param name="handler">The handler; it must not block for long.</param>
    /// <param name="replay">The past events to deliver; default: none.</param>
    /// <param name="dispatch">How the handler is called; default: one call after another.</param>
    /// <param name="name">The name of the handler in events about it; default: the type of event.</param>
    /// <returns>An object that unregisters the handler when it is disposed; a call in progress continues.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <exception cref="ArgumentException"><typeparamref name="TEvent"/> is not a kind of event.</exception>
    public IDisposable On<TEvent>(Action<TEvent> handler, NatsReplay replay = default, NatsDispatch dispatch = default, string? name = null)
        where TEvent : NatsConnectionEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On<TEvent>((e, _) => { handler(e); return default; }, replay, dispatch, name);
    }

    /// <summary>
    /// Registers an asynchronous handler for one kind of event. The overload awaits a lambda with one parameter, which would otherwise run
    /// unobserved.
    /// </summary>
    /// <param name="handler">The handler, which is awaited.</param>
    /// <param name="replay">The past events to deliver; default: none.</param>
    /// <param name="dispatch">How the handler is called; default: one call after another.</param>
    /// <param name="name">The name of the handler in events about it; default: the type of event.</param>
    /// <returns>An object that unregisters the handler when it is disposed; a call in progress continues.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <exception cref="ArgumentException"><typeparamref name="TEvent"/> is not a kind of event.</exception>
    public IDisposable On<TEvent>(Func<TEvent, Task> handler, NatsReplay replay = default, NatsDispatch dispatch = default, string? name = null)
        where TEvent : NatsConnectionEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On<TEvent>((e, _) => new ValueTask(handler(e)), replay, dispatch, name);
    }

    /// <summary>
    /// Registers an asynchronous handler with a cancellation token for one kind of event; <see cref="NatsConnectionEvent"/> registers it for
    /// all kinds.
    /// </summary>
    /// <param name="handler">The handler; its token is cancelled <see cref="EventDrainTimeout"/> after Closed.</param>
    /// <param name="replay">The past events to deliver; default: none.</param>
    /// <param name="dispatch">How the handler is called; default: one call after another.</param>
    /// <param name="name">The name of the handler in events about it; default: the type of event.</param>
    /// <returns>An object that unregisters the handler when it is disposed; a call in progress continues.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="handler"/> is null.</exception>
    /// <exception cref="ArgumentException"><typeparamref name="TEvent"/> is not a kind of event.</exception>
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

    /// <summary>Registers a listener for the kinds of events that it requests. It stays registered when a new connection run begins.</summary>
    /// <param name="listener">The listener.</param>
    /// <param name="replay">The past events to deliver; default: none.</param>
    /// <param name="dispatch">How the listener is called; default: one call after another.</param>
    /// <returns>An object that unregisters the listener when it is disposed; a call in progress continues.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="listener"/> is null.</exception>
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

    /// <summary>Registers an observer for all future events. It is completed after Closed.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="observer"/> is null.</exception>
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

    /// <summary>
    /// Waits for the first event of a kind with a sequence above <paramref name="after"/>, past or future, so that no event is missed in
    /// between.
    /// </summary>
    /// <param name="after">The sequence to start after; <see langword="null"/> (default): the newest event.</param>
    /// <param name="predicate">A condition on the event; default: none.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="NatsException">The connection closed before the event occurred.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentException"><typeparamref name="TEvent"/> is not a kind of event, or <paramref name="after"/> is negative.</exception>
    public Task<TEvent> WhenAsync<TEvent>(long? after = null, Func<TEvent, bool>? predicate = null, CancellationToken cancellationToken = default)
        where TEvent : NatsConnectionEvent
    {
        var from = NatsEventPosition.FromSequence((after ?? _journal.LastSequence) + 1);
        var cursor = new JournalCursor(_journal, new ReaderSpec { Filter = NatsEventFilter.OfType<TEvent>(), From = from, EndsWithRun = true });
        return EventWaiter.FirstAsync(cursor, predicate, cancellationToken);
    }

    /// <summary>Waits for the first event of a kind with a sequence above <paramref name="after"/>, past or future.</summary>
    /// <param name="after">The sequence to start after.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="NatsException">The connection closed before the event occurred.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentException"><typeparamref name="TEvent"/> is not a kind of event, or <paramref name="after"/> is negative.</exception>
    public Task<TEvent> WhenAsync<TEvent>(long after, CancellationToken cancellationToken) where TEvent : NatsConnectionEvent =>
        WhenAsync<TEvent>(after, null, cancellationToken);

    /// <summary>Waits until the connection is in a given state; completes immediately if it already is.</summary>
    /// <param name="state">The state to wait for.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="NatsException">The connection closed before it was in the state.</exception>
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

    /// <summary>Returns the events that the journal still holds, in order.</summary>
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

    /// <summary>Writes the events that the journal still holds as JSON lines; <see cref="NatsJournalExport"/> reads them.</summary>
    /// <param name="stream">The stream to write to; it stays open.</param>
    /// <param name="cancellationToken">Cancels writing between two lines.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public Task ExportAsync(Stream stream, CancellationToken cancellationToken = default) =>
        NatsJournalExport.WriteAsync(ToList(), stream, cancellationToken);

    /// <summary>Returns the events that the journal still holds as readable lines, for a bug report for example.</summary>
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
