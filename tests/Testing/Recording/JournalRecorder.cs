namespace Earshot.Testing;

/// <summary>
/// Records every kind of event of one connection but the wire trace, from the first on. Disposing it disposes the connection and fails unless the whole
/// journal obeys the grammar and ends with Closed. It never changes what the connection does.
/// </summary>
internal sealed class JournalRecorder : INatsConnectionListener, IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly List<NatsConnectionEvent> _events = [];
    private readonly Action<string>? _output;
    private TaskCompletionSource _more = NewSignal();

    /// <param name="connection">A connection to which nothing has happened yet.</param>
    /// <param name="output">Takes the timeline when the recorder is disposed, for the report of a test that failed.</param>
    public JournalRecorder(NatsConnection connection, Action<string>? output = null)
    {
        (Connection, _output) = (connection, output);
        // Inline, so that what a call of the connection has caused is recorded when the call returns.
        connection.Events.Add(this, NatsReplay.All, NatsDispatch.Inline);
    }

    public NatsConnection Connection { get; }

    NatsEventFilter INatsConnectionListener.Filter =>
        NatsEventFilter.All | NatsEventFilter.Of(NatsEventKind.StatusChanged);

    /// <summary>Everything so far: another thread that is handing events over at this moment is waited for.</summary>
    public IReadOnlyList<NatsConnectionEvent> Events
    {
        get
        {
            long last = Mark;
            SpinWait.SpinUntil(() => Seen() >= last, s_limit);
            lock (_gate)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>The number of the newest event; hand it to <see cref="WhenAsync{T}"/> to look only at later ones.</summary>
    public long Mark => Connection.Events.LastSequence;

    private long Seen()
    {
        lock (_gate)
        {
            return _events.Count == 0 ? 0 : _events[^1].Sequence;
        }
    }

    public IReadOnlyList<T> All<T>() where T : NatsConnectionEvent => [.. Events.OfType<T>()];

    /// <summary>The one event of this kind; fails with the timeline when there is none or more than one.</summary>
    public T Only<T>() where T : NatsConnectionEvent =>
        All<T>() is [var only] ? only : throw new InvalidOperationException($"{All<T>().Count} {typeof(T).Name} instead of one:\n{Timeline()}");

    /// <summary>The first event of this kind behind <paramref name="after"/> that fulfils the predicate, recorded already or still to come.</summary>
    public async Task<T> WhenAsync<T>(Func<T, bool>? predicate = null, long after = 0, CancellationToken cancellationToken = default)
        where T : NatsConnectionEvent
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_events.OfType<T>().FirstOrDefault(e => e.Sequence > after && (predicate is null || predicate(e))) is { } found)
                {
                    return found;
                }

                more = _more.Task;
            }

            try
            {
                await more.WaitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The awaited {typeof(T).Name} did not come. The journal:\n{Timeline()}");
            }
        }
    }

    public string Timeline() => NatsJournalExport.ToTimeline(Events);

    public ValueTask OnEventAsync(NatsConnectionEvent e, CancellationToken ct)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _events.Add(e);
            (more, _more) = (_more, NewSignal());
        }

        more.SetResult();
        return default;
    }

    /// <exception cref="InvalidOperationException">The journal breaks its grammar; the message holds violations and timeline.</exception>
    public async ValueTask DisposeAsync()
    {
        bool wasUsed = Mark > 0;
        await Connection.DisposeAsync().AsTask().WaitAsync(s_limit).ConfigureAwait(false);
        if (wasUsed)
        {
            await WhenAsync<NatsConnectionEvent>(after: Mark - 1).ConfigureAwait(false);
        }

        _output?.Invoke(Timeline());
        IReadOnlyList<NatsJournalViolation> violations = NatsJournalValidator.Validate(Events, requireClosed: true);
        if (violations.Count > 0)
        {
            throw new InvalidOperationException($"The journal breaks its grammar:\n{string.Join('\n', violations)}\n{Timeline()}");
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
