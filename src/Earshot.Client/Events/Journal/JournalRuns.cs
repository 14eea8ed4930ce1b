namespace Earshot.Events;

/// <summary>
/// Which run of the connection the journal is in, and what belongs to one run: its Closed task, the token of its handlers and its
/// end. Not thread-safe: the journal's lock guards it.
/// </summary>
internal struct JournalRuns()
{
    private TaskCompletionSource<NatsClosedEvent>? _closed; // created on first use, as is the next
    private CancellationTokenSource? _handlers;
    private int _ended;

    public int Current { get; private set; } = 1;

    /// <summary>The last end. Kept after the next run began, because slow readers may not have reached it yet.</summary>
    public JournalRunEnd? LastEnd { get; private set; }

    /// <summary>Whether the current run is over.</summary>
    public readonly bool IsOver => _ended == Current;

    public Task<NatsClosedEvent> Closed => ClosedSource.Task;

    public CancellationToken HandlerToken => Handlers.Token;

    private TaskCompletionSource<NatsClosedEvent> ClosedSource =>
        _closed ??= new TaskCompletionSource<NatsClosedEvent>(TaskCreationOptions.RunContinuationsAsynchronously);

    private CancellationTokenSource Handlers => _handlers ??= new CancellationTokenSource();

    /// <summary>Whether <paramref name="run"/>, which a reader ends with, is over.</summary>
    public readonly bool HasEnded(int run) => _ended >= run;

    /// <summary>The current run is over; nothing is appended to it any more.</summary>
    public void MarkOver() => _ended = Current;

    public JournalRunEnd End(NatsClosedEvent closed, IEnumerable<object> busy) => LastEnd = new JournalRunEnd(closed, busy, ClosedSource, Handlers);

    /// <summary>False: the current run continues.</summary>
    public bool TryBeginNext()
    {
        if (!IsOver)
        {
            return false;
        }

        Current++;
        (_closed, _handlers) = (null, null);
        return true;
    }
}
