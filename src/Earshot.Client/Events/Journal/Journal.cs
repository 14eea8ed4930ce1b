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
    private readonly TimeProvider _time;
    private readonly ISnapshotSource _snapshots;
    private List<JournalCursor>? _cursors; // made by the first
    private ParkedReaders _parked;
    private readonly GrammarChecker? _grammar = GrammarChecker.ForDebugBuilds();
    private readonly long _created;
    private JournalMove _current;
    private LifeEnd? _end;
    private TaskCompletionSource<NatsClosedEvent>? _closed; // made for the first who asks, as is the next
    private CancellationTokenSource? _handlers;
    private NatsConnectionSnapshot _lastSnapshot = NatsConnectionSnapshot.Empty;
    private StallWatch? _stalls;
    private int _dormant;
    private int _life = 1;
    private int _endedLife;
    private long _sequence;
    private volatile int _state;
    private volatile WantedKinds _wanted;

    public Journal(JournalOptions options, TimeProvider time, ISnapshotSource snapshots)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Capacity, 1);
        (Options, _time, _snapshots, _dormant) = (options, time, snapshots, (int)options.Dormant);
        _store = new JournalStore(options.Capacity);
        _created = time.GetTimestamp();
        _wanted = WantedKinds.Of(Wanted());
    }

    /// <summary>Sees every event of every journal in this process, in debug builds only: tests look for secrets with it. Must not wait.</summary>
    internal static Action<NatsConnectionEvent>? Witness { get; set; }

    public JournalOptions Options { get; }
    public StallWatch Stalls => Lazily.Get(ref _stalls, this, static journal => new StallWatch(journal._time, journal.Options.HandlerWarnAfter, journal));
    public NatsConnectionState State => (NatsConnectionState)_state;
    public long LastSequence => Volatile.Read(ref _sequence);
    /// <summary>Completes after every reader was offered Closed, at the latest after the drain timeout. A new life has a new task.</summary>
    public Task<NatsClosedEvent> Closed
    {
        get
        {
            lock (_store)
            {
                return (_closed ??= NewClosed()).Task;
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
                return (_handlers ??= new CancellationTokenSource()).Token;
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

    /// <summary>Appends an event of the lifecycle and makes its state current, both at once.</summary>
    public void Append(NatsConnectionEvent e, in JournalMove move) => Commit(e, move, null);

    /// <summary>Appends an event that belongs to another attempt, session or outage than the current one. The state does not change.</summary>
    public void Append(NatsConnectionEvent e, int attemptId, int? sessionId = null, int? outageId = null) =>
        Commit(e, null, (attemptId, sessionId, outageId));

    /// <summary>Starts the next life after Closed: numbers go on, handlers stay, ended streams stay ended. Otherwise does nothing.</summary>
    public void BeginLife()
    {
        lock (_store)
        {
            if (_endedLife < _life)
            {
                return;
            }

            _life++;
            (_closed, _handlers) = (null, null);
            RecountWanted();
        }
    }

    /// <summary>
    /// Completes when the readers have finished everything up to Closed, or after <paramref name="max"/>. A reader in whose handler the
    /// caller runs is not waited for, and neither are streams, which the application pulls itself.
    /// </summary>
    public async Task WaitForReadersAsync(TimeSpan max)
    {
        LifeEnd? end;
        lock (_store)
        {
            end = _endedLife == _life ? _end : null;
        }

        if (end is null)
        {
            return;
        }

        await end.WhenFinished(EventPump.Current).WaitAsync(max, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>True once for each reader that slept: the caller starts it.</summary>
    public bool TryWake(DormantReaders reader) => (Interlocked.And(ref _dormant, ~(int)reader) & (int)reader) != 0;

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
            cursor.LastLife = spec.EndsWithLife ? _life : int.MaxValue;
            (_cursors ??= []).Add(cursor);
            RecountWanted();
        }
    }

    /// <summary>Takes a reader out. True: it was parked and the caller has to signal it.</summary>
    public bool Remove(JournalCursor cursor)
    {
        LifeEnd? end;
        bool wasParked;
        lock (_store)
        {
            if (cursor.IsDisposed)
            {
                return false;
            }

            cursor.IsDisposed = true;
            _cursors?.Remove(cursor);
            RecountWanted();
            wasParked = _parked.Take(cursor);
            end = _end;
        }

        if (cursor.Owner is { } owner)
        {
            end?.Finished(owner);
        }

        return wasParked;
    }

    public bool TryRead(JournalCursor cursor, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NatsConnectionEvent? e)
    {
        lock (_store)
        {
            e = cursor.IsDisposed ? null : Next(cursor);
            return e is not null;
        }
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

            if (_store.FirstAfter(cursor.After) is { } next && next.Life <= cursor.LastLife)
            {
                return true;
            }

            if (_endedLife >= cursor.LastLife)
            {
                return false;
            }

            _parked.Add(cursor);
            return null;
        }
    }

    /// <summary>True: it was parked and the caller has to signal it.</summary>
    public bool Unpark(JournalCursor cursor)
    {
        lock (_store)
        {
            return _parked.Take(cursor);
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

    private static TaskCompletionSource<NatsClosedEvent> NewClosed() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Stays after the next life began, because slow readers may still be on their way to this end.
    private LifeEnd? LastEnd()
    {
        lock (_store)
        {
            return _end;
        }
    }

    private void Commit(NatsConnectionEvent e, JournalMove? move, (int Attempt, int? Session, int? Outage)? ids)
    {
        if (Volatile.Read(ref _dormant) != 0)
        {
            BuiltInReaders.Wake(this);
        }

        JournalCursor? woken;
        LifeEnd? end = null;
        lock (_store)
        {
            if (_endedLife == _life || (e.IsCoalescable && !Wants(e.Kind)))
            {
                return;
            }

            e.PreviousState = _current.State;
            if (move is { } next)
            {
                _current = next;
            }

            Stamp(e, _current);
            if (move?.EndsOutage is { } outage and not 0)
            {
                e.OutageId = outage;
            }

            if (ids is { } other)
            {
                (e.AttemptId, e.SessionId, e.OutageId) = (other.Attempt, other.Session ?? e.SessionId, other.Outage ?? e.OutageId);
            }

            e.Sequence = _sequence + 1;
            _state = (int)_current.State;
            Volatile.Write(ref _sequence, e.Sequence);
            _store.Add(e);
            _grammar?.Accept(JournalLine.Of(e));
            if (e is NatsClosedEvent)
            {
                _endedLife = _life;
            }

            woken = _parked.TakeReadersOf(e);
            if (e is NatsClosedEvent closed)
            {
                end = _end = EndLife(closed);
            }
        }

        ShowToWitness(e);
        while (woken is { } cursor)
        {
            woken = cursor.NextParked;
            cursor.NextParked = null;
            cursor.Signal(true);
        }

        end?.Start(_time, Options.EventDrainTimeout);
    }

    [System.Diagnostics.Conditional("DEBUG")]
    private static void ShowToWitness(NatsConnectionEvent e) => Witness?.Invoke(e);

    private void Stamp(NatsConnectionEvent e, in JournalMove at)
    {
        (e.State, e.SessionId, e.OutageId, e.AttemptId) = (at.State, at.SessionId, at.OutageId, at.AttemptId);
        e.Timestamp = _time.GetUtcNow();
        e.Elapsed = _time.GetElapsedTime(_created);
        // A quiet connection often stands as it stood at its last event: then both share one snapshot.
        NatsConnectionSnapshot snapshot = _snapshots.Capture();
        e.Snapshot = _lastSnapshot = snapshot == _lastSnapshot ? _lastSnapshot : _sequence > 0 ? snapshot : Options.ShareFirst(snapshot);
        e.Life = _life;
    }

    private NatsConnectionEvent? Next(JournalCursor cursor)
    {
        if (cursor.Synthetic is { } synthetic)
        {
            cursor.Synthetic = null;
            return synthetic;
        }

        while (_store.FirstAfter(cursor.After) is { } next && next.Life <= cursor.LastLife)
        {
            if (next.Sequence > cursor.After + 1)
            {
                NatsEventsMissedEvent? missed = _store.Missed(cursor.After + 1, next.Sequence - 1, cursor.Filter);
                cursor.After = next.Sequence - 1;
                if (missed is null)
                {
                    continue;
                }

                missed.PreviousState = _current.State;
                Stamp(missed, _current);
                missed.Sequence = missed.ToSequence;
                Diagnostics.EarshotMeter.EventsMissed.Add(missed.ToSequence - missed.FromSequence + 1);
                return missed;
            }

            cursor.After = next.Sequence;
            NatsStatusChangedEvent? status = cursor.AsksForStatus(next) ? StatusChange(next) : null;
            if (cursor.Asks(next))
            {
                cursor.Synthetic = status;
                return next;
            }

            if (status is not null)
            {
                return status;
            }
        }

        return null;
    }

    private static NatsStatusChangedEvent StatusChange(NatsConnectionEvent cause) => new()
    {
        OldStatus = cause.PreviousState,
        NewStatus = cause.State,
        Sequence = cause.Sequence,
        Timestamp = cause.Timestamp,
        Elapsed = cause.Elapsed,
        PreviousState = cause.PreviousState,
        State = cause.State,
        SessionId = cause.SessionId,
        OutageId = cause.OutageId,
        AttemptId = cause.AttemptId,
        Snapshot = cause.Snapshot,
        Life = cause.Life,
    };

    private LifeEnd EndLife(NatsClosedEvent closed)
    {
        RecountWanted();
        // A parked handler that did not ask for Closed has nothing left to do; every other one has.
        IEnumerable<object> busy = (_cursors ?? []).Where(c => c.Owner is not null && !(c.IsParked && c.After >= closed.Sequence)).Select(c => c.Owner!);
        return new LifeEnd(closed, busy, _closed ??= NewClosed(), _handlers ??= new CancellationTokenSource());
    }

    // After the end nothing is wanted, so that late producers make nothing.
    private NatsEventFilter Wanted()
    {
        if (_endedLife == _life)
        {
            return NatsEventFilter.None;
        }

        NatsEventFilter filter = Options.AlwaysRecord;
        foreach (JournalCursor cursor in _cursors ?? [])
        {
            filter |= cursor.Filter;
        }

        return _dormant != 0 ? filter | MetricsReader.Coalescable : filter;
    }

    private void RecountWanted()
    {
        NatsEventFilter filter = Wanted();
        if (filter != _wanted.Filter)
        {
            _wanted = WantedKinds.Of(filter);
        }
    }

    private sealed class WantedKinds(NatsEventFilter filter)
    {
        // Most connections want the same, so they hold the same.
        private static volatile WantedKinds s_last = new(default);

        public NatsEventFilter Filter { get; } = filter;

        public static WantedKinds Of(NatsEventFilter filter) => s_last is { } last && last.Filter == filter ? last : s_last = new WantedKinds(filter);
    }
}
