using System.Diagnostics;
using Earshot.Diagnostics;
using Earshot.Timing;

namespace Earshot.Events;

/// <summary>
/// The one ordered record of what happens to a connection. Appending gives number, time, state and snapshot in one short critical
/// section and never runs user code, never waits for a reader. It does not decide what happens and does not call listeners:
/// readers are cursors that are woken after the lock is released.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "Handlers may hold the token after any moment at which it could be disposed; it has no timer.")]
internal sealed class Journal
{
    // The store guards everything below but the volatile fields. Nothing is called under it but the snapshot source and the clock.
    private readonly JournalStore _store; // and the lock
    private readonly GrammarChecker? _grammar = GrammarChecker.ForDebugBuilds();
    private EventEnvelope _envelope;
    private JournalReaders _readers;
    private JournalRuns _runs = new();
    private HandlerStallDetector? _stalls;
    private int _onDemand;
    private long _sequence;
    private volatile int _state;
    private volatile RequestedKinds _wanted;

    public Journal(JournalOptions options, TimeProvider time, ISnapshotSource snapshots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1);
        (Options, _onDemand) = (options, options.OnDemand?.All ?? 0);
        _store = new JournalStore(options.Capacity);
        _envelope = new EventEnvelope(time, snapshots);
        _wanted = RequestedKinds.Of(Wanted());
    }

    /// <summary>Sees every event of every journal in this process, in debug builds only: tests look for secrets with it. Must not wait.</summary>
    internal static Action<NatsConnectionEvent>? DebugObserver { get; set; }

    public JournalOptions Options { get; }
    public TimeProvider Time => _envelope.Time;
    public ISnapshotSource Snapshots => _envelope.Snapshots;
    public HandlerStallDetector Stalls => Lazily.Get(ref _stalls, this, static journal => new HandlerStallDetector(journal.Time, journal.Options.HandlerStallThreshold, () => journal.IsOver, journal.Append));
    public NatsConnectionState State => (NatsConnectionState)_state;
    public long LastSequence => Volatile.Read(ref _sequence);
    /// <summary>Whether the current run is over: Closed was its last event.</summary>
    public bool IsOver
    {
        get
        {
            lock (_store)
            {
                return _runs.IsOver;
            }
        }
    }

    /// <summary>Completes after every reader was offered Closed, at the latest after the drain timeout. A new connection run has a new task.</summary>
    public Task<NatsClosedEvent> Closed
    {
        get
        {
            lock (_store)
            {
                return _runs.Closed;
            }
        }
    }

    /// <summary>What handlers of the current life are given; cancelled some time after its end.</summary>
    public CancellationToken HandlerToken
    {
        get
        {
            lock (_store)
            {
                return _runs.HandlerToken;
            }
        }
    }

    internal JournalStore Store => _store;

    /// <summary>What debug builds found while running; in release builds always empty.</summary>
    internal IReadOnlyList<NatsJournalViolation> Violations
    {
        get
        {
            lock (_store)
            {
                return _grammar is null ? [] : [.. _grammar.Violations];
            }
        }
    }

    /// <summary>Whether it is worth making an event of this kind. One volatile read.</summary>
    public bool Wants(NatsEventKind kind) => _wanted.Filter.Includes(kind);

    /// <summary>Appends an event that changes no state. Any thread.</summary>
    public void Append(NatsConnectionEvent e) => Commit(e, null, null);

    /// <summary>Appends an event of the lifecycle and makes its state current, atomically.</summary>
    public void Append(NatsConnectionEvent e, in JournalMove move) => Commit(e, move, null);

    /// <summary>Appends an event that belongs to another attempt, session or outage than the current one. The state does not change.</summary>
    public void Append(NatsConnectionEvent e, int attemptId, int? sessionId = null, int? outageId = null) =>
        Commit(e, null, (attemptId, sessionId, outageId));

    /// <summary>Begins the next connection run after Closed: the sequence continues, handlers stay registered, ended streams stay ended. Otherwise does nothing.</summary>
    public void BeginRun()
    {
        lock (_store)
        {
            if (_runs.TryBeginNext())
            {
                RecountWanted();
            }
        }
    }

    /// <summary>
    /// Completes when the readers have finished everything up to Closed, or after <paramref name="max"/>. The handler that the caller
    /// runs in, <paramref name="except"/>, is not waited for, and neither are streams, which the application pulls itself.
    /// </summary>
    public async Task WaitForReadersAsync(TimeSpan max, object? except)
    {
        JournalRunEnd? end;
        lock (_store)
        {
            end = _runs.IsOver ? _runs.LastEnd : null;
        }

        if (end is null)
        {
            return;
        }

        await end.WhenFinished(except).WaitAsync(max, Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>True once for each of the dormant readers, which are bits: the caller starts it.</summary>
    public bool TryWake(int reader) => (Interlocked.And(ref _onDemand, ~reader) & reader) != 0;

    /// <summary>State and last number at one moment.</summary>
    public (NatsConnectionState State, long Sequence) Here()
    {
        lock (_store)
        {
            return (State, _sequence);
        }
    }

    /// <summary>Turns a position into a number now.</summary>
    public long Resolve(NatsEventPosition from) => from.After(LastSequence);

    public void Register(JournalCursor cursor, in ReaderSpec spec)
    {
        lock (_store)
        {
            cursor.After = spec.From.After(_sequence);
            cursor.LastRun = spec.EndsWithRun ? _runs.Current : int.MaxValue;
            _readers.Add(cursor);
            RecountWanted();
        }
    }

    /// <summary>Changes the kinds that a reader requests, from the next event on.</summary>
    public void Refilter(JournalCursor cursor, NatsEventFilter filter)
    {
        lock (_store)
        {
            cursor.Filter = filter;
            RecountWanted();
        }
    }

    /// <summary>Takes a reader out. True: it was parked and the caller has to signal it.</summary>
    public bool Remove(JournalCursor cursor)
    {
        JournalRunEnd? end;
        bool wasParked;
        lock (_store)
        {
            if (cursor.IsDisposed)
            {
                return false;
            }

            wasParked = _readers.Remove(cursor);
            RecountWanted();
            end = _runs.LastEnd;
        }

        if (cursor.Owner is { } owner)
        {
            end?.Finished(owner);
        }

        return wasParked;
    }

    public bool TryRead(JournalCursor cursor, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NatsConnectionEvent? e)
    {
        NatsEventsMissedEvent? missed = null;
        lock (_store)
        {
            e = cursor.IsDisposed ? null : cursor.NextLocked(_store);
            if (e is NatsEventsMissedEvent { Sequence: 0 } found)
            {
                missed = found;
                _envelope.Write(missed, null);
                (missed.Run, missed.Sequence) = (_runs.Current, missed.ToSequence);
            }
        }

        if (missed is not null)
        {
            TagList tags = [new(TelemetryNames.ConnectionName, Options.ConnectionName ?? "")];
            Instruments.Add(EarshotMeter.EventsMissed, missed.ToSequence - missed.FromSequence + 1, tags); // calls listeners of the application, which may read
        }

        return e is not null;
    }

    /// <summary>Parks a reader that has read everything; null: parked. True: there is more. False: there will never be.</summary>
    public bool? Park(JournalCursor cursor)
    {
        lock (_store)
        {
            if (cursor.IsDisposed)
            {
                return false;
            }

            if (cursor.Synthetic is not null)
            {
                return true;
            }

            if (_store.FirstAfter(cursor.After) is { } next && next.Run <= cursor.LastRun)
            {
                return true;
            }

            if (_runs.HasEnded(cursor.LastRun))
            {
                return false;
            }

            _readers.Park(cursor);
            return null;
        }
    }

    /// <summary>True: it was parked and the caller has to signal it.</summary>
    public bool Unpark(JournalCursor cursor)
    {
        lock (_store)
        {
            return _readers.Unpark(cursor);
        }
    }

    /// <summary>A handler is about to get Closed.</summary>
    public void ReportOffered(object reader, long sequence)
    {
        if (LastEnd() is { } end && sequence >= end.Sequence)
        {
            end.Offered(reader);
        }
    }

    /// <summary>A reader has handled everything up to <paramref name="sequence"/>.</summary>
    public void ReportFinished(object reader, long sequence)
    {
        if (LastEnd() is { } end && sequence >= end.Sequence)
        {
            end.Finished(reader);
        }
    }

    /// <summary>A reader whose calls are concurrent has parked, or one of its calls has ended: both may be what it had left to do.</summary>
    public void ReportIdle(JournalCursor cursor)
    {
        long finished;
        lock (_store)
        {
            finished = cursor.IsParked && !cursor.HasCalls ? cursor.After : 0;
        }

        ReportFinished(cursor.Owner!, finished);
    }

    private JournalRunEnd? LastEnd()
    {
        lock (_store)
        {
            return _runs.LastEnd;
        }
    }

    private void Commit(NatsConnectionEvent e, JournalMove? move, (int Attempt, int? Session, int? Outage)? ids)
    {
        if (Volatile.Read(ref _onDemand) != 0)
        {
            Options.OnDemand!.Wake(this);
        }

        JournalCursor? woken;
        JournalRunEnd? end = null;
        lock (_store)
        {
            if (_runs.IsOver || (e.IsCoalescable && !Wants(e.Kind)))
            {
                return;
            }

            AddLocked(e, move, ids);
            woken = _readers.TakeReadersOf(e);
            if (e is NatsClosedEvent closed)
            {
                end = _runs.End(closed, _readers.BusyUntil(closed));
            }
        }

        NotifyDebugObserver(e);
        while (woken is { } cursor)
        {
            woken = cursor.NextParked;
            cursor.NextParked = null;
            cursor.Signal(true);
        }

        if (end is not null)
        {
            end.Start(Time, Options.EventDrainTimeout);
            Volatile.Read(ref _stalls)?.DisarmWhenOver();
        }
    }

    private void AddLocked(NatsConnectionEvent e, in JournalMove? move, (int Attempt, int? Session, int? Outage)? ids)
    {
        _envelope.Write(e, move);
        if (ids is { } other)
        {
            (e.AttemptId, e.SessionId, e.OutageId) = (other.Attempt, other.Session ?? e.SessionId, other.Outage ?? e.OutageId);
        }

        (e.Run, e.Sequence) = (_runs.Current, _sequence + 1);
        _state = (int)e.State;
        Volatile.Write(ref _sequence, e.Sequence);
        _store.Add(e);
        _grammar?.Accept(JournalLine.Of(e));
        if (e is NatsClosedEvent)
        {
            _runs.MarkOver();
            RecountWanted();
        }
    }

    [System.Diagnostics.Conditional("DEBUG")]
    private static void NotifyDebugObserver(NatsConnectionEvent e) => DebugObserver?.Invoke(e);

    // After the end nothing is wanted, so that late producers make nothing.
    private NatsEventFilter Wanted()
    {
        if (_runs.IsOver)
        {
            return NatsEventFilter.None;
        }

        NatsEventFilter filter = Options.AlwaysRecord | _readers.Wanted();
        return _onDemand != 0 && Options.OnDemand is { } dormant ? filter | dormant.Coalescable : filter;
    }

    private void RecountWanted()
    {
        NatsEventFilter filter = Wanted();
        if (filter != _wanted.Filter)
        {
            _wanted = RequestedKinds.Of(filter);
        }
    }
}
