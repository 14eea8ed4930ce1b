using System.Threading.Tasks.Sources;

namespace Earshot.Events;

/// <summary>
/// One reader's place in the journal: a number and nothing else; it holds no events. One consumer at a time. The fields marked so
/// belong to the journal's lock.
/// </summary>
internal sealed class JournalCursor : IValueTaskSource<bool>, IDisposable
{
    private readonly Journal _journal;
    private ManualResetValueTaskSourceCore<bool> _signal;
    private CancellationTokenRegistration _cancellation;
    private int _calls;

    public JournalCursor(Journal journal, in ReaderSpec spec, object? owner = null)
    {
        (_journal, Filter, Owner) = (journal, spec.Filter, owner);
        _signal.RunContinuationsAsynchronously = !spec.Dispatch.IsInline;
        journal.Register(this, spec);
    }

    /// <summary>Who reads; events about it are not delivered to it.</summary>
    public object? Owner { get; }

    // Guarded by the journal's lock.
    public NatsEventFilter Filter { get; set; }
    public long After { get; set; }
    public int LastRun { get; set; }
    public bool IsDisposed { get; set; }
    public bool IsParked { get; set; }
    public NatsConnectionEvent? Synthetic { get; set; }
    public JournalCursor? NextParked { get; set; }

    /// <summary>True while calls for events that it has read still run. Only a reader whose calls are concurrent parks with some.</summary>
    public bool HasCalls => Volatile.Read(ref _calls) > 0;

    public bool Asks(NatsConnectionEvent e) => Filter.Includes(e.Kind) && (e.About is null || e.About != Owner);

    public bool AsksForStatus(NatsConnectionEvent e) => e.State != e.PreviousState && Filter.Includes(NatsEventKind.StatusChanged);

    /// <summary>
    /// The next event, if there is one now. Under the journal's lock. The event that represents missed events is new and has no envelope yet.
    /// </summary>
    public NatsConnectionEvent? NextLocked(JournalStore store)
    {
        if (Synthetic is { } synthetic)
        {
            Synthetic = null;
            return synthetic;
        }

        while (store.FirstAfter(After) is { } next && next.Run <= LastRun)
        {
            if (next.Sequence > After + 1)
            {
                NatsEventsMissedEvent? missed = store.Missed(After + 1, next.Sequence - 1, Filter);
                After = next.Sequence - 1;
                if (missed is not null)
                {
                    return missed;
                }

                continue;
            }

            After = next.Sequence;
            NatsStatusChangedEvent? status = AsksForStatus(next) ? NatsStatusChangedEvent.Of(next) : null;
            if (Asks(next))
            {
                Synthetic = status;
                return next;
            }

            if (status is not null)
            {
                return status;
            }
        }

        return null;
    }

    /// <summary>A concurrent call for an event that it has read begins. Not while it is parked.</summary>
    public void BeginCall() => Interlocked.Increment(ref _calls);

    /// <summary>A concurrent call has ended.</summary>
    public void EndCall() => Interlocked.Decrement(ref _calls);

    /// <summary>The next event, if there is one now.</summary>
    public bool TryRead([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NatsConnectionEvent? e) => _journal.TryRead(this, out e);

    /// <summary>Completes with true when there may be something to read, with false when there will never be.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<bool> WaitAsync(CancellationToken ct = default)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<bool>(ct);
        }

        _signal.Reset();
        bool? ready = _journal.Park(this);
        if (ready is { } available)
        {
            return new(available);
        }

        if (ct.CanBeCanceled)
        {
            _cancellation = ct.UnsafeRegister(static (state, token) => ((JournalCursor)state!).Cancel(token), this);
        }

        return new(this, _signal.Version);
    }

    /// <summary>Called once per parking by the code that took the cursor out of the parked list; never under the journal's lock.</summary>
    public void Signal(bool available) => _signal.SetResult(available);

    public void Dispose()
    {
        if (_journal.Remove(this))
        {
            Signal(false);
        }
    }

    public bool GetResult(short token)
    {
        _cancellation.Dispose();
        _cancellation = default;
        return _signal.GetResult(token);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _signal.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _signal.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken ct)
    {
        if (_journal.Unpark(this))
        {
            _signal.SetException(new OperationCanceledException(ct));
        }
    }
}
