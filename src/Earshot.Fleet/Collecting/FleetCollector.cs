using Earshot.Fleet.Collecting;
using Earshot.JetStream;

namespace Earshot.Fleet;

/// <summary>
/// Receives the events of all servers of a cluster and stores them in a stream, without credentials. It finds servers that do not answer any more, holds what the
/// stream does not take, and fills in what it has missed from the lists of the servers. Several collectors store every event once. All members can be
/// called from any thread.
/// </summary>
public sealed class FleetCollector : IAsyncDisposable
{
    private const int Started = 1;
    private const int Stopping = 2;

    private static readonly TimeSpan s_droppedMargin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    // How a connection ends when its server does not answer.
    private static readonly NatsDisconnectReason[] s_silences = [NatsDisconnectReason.MissedPongs, NatsDisconnectReason.ReadTimeout, NatsDisconnectReason.WriteTimeout];

    private readonly CollectorParts _parts;
    private readonly CollectorState _servers;
    private readonly RecordSender _sender;
    private readonly EventIntake _intake;
    private readonly RosterPings _pings;
    private readonly ConnectionPolls _polls;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously); // or not: the call has ended
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _listeners = [];
    private Task _running = Task.CompletedTask;
    private int _state;

    /// <summary>Initializes a collector; it does nothing until <see cref="StartAsync"/>.</summary>
    /// <param name="connection">The connection that receives the events and asks the servers. It stays open when the collector ends. Its clock and its logger factory are used.</param>
    /// <param name="stream">A context of the account of the stream; null for one of the same connection.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An interval, a time limit or the size is not positive, an interval or a time limit exceeds a day, or there is no subject for events.</exception>
    public FleetCollector(INatsConnection connection, INatsJSContext? stream = null, FleetCollectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(connection);
        options ??= new FleetCollectorOptions();
        Check(options);
        _parts = new CollectorParts(connection, stream ?? connection.CreateJetStreamContext(), options, new RecordOutbox(options.HeldBytesLimit));
        _servers = new CollectorState(options, _parts.Time);
        var stored = new StoredRecords(_parts.Stream);
        _sender = new RecordSender(_parts, stored);
        _servers.Forgotten = _sender.Forget;
        _intake = new EventIntake(_parts, _servers);
        _pings = new RosterPings(_parts, _servers);
        _polls = new ConnectionPolls(_parts, _servers, stored);
    }

    /// <summary>
    /// <see cref="NatsOpts.ProbeDelay"/> for the connection of a collector: 1 s. With both values it leaves a frozen server after 3 s in place of 7 s, and reports its silence earlier.
    /// </summary>
    public static TimeSpan ProbeDelay { get; } = TimeSpan.FromSeconds(1);

    /// <summary><see cref="NatsOpts.ProbeTimeout"/> for the connection of a collector: 2 s. It asks all servers each second, so that one which answers does so within that time.</summary>
    public static TimeSpan ProbeTimeout { get; } = TimeSpan.FromSeconds(2);

    /// <summary>What the collector has done until now.</summary>
    public FleetCollectorCounters Counters => _servers.Complete(_parts.Counts.Values) with { Held = _parts.Outbox.Count, HeldBytes = _parts.Outbox.Bytes, Dropped = _parts.Outbox.Dropped };

    /// <summary>
    /// A task that completes when the collector has ended. It fails with the exception that ended it, for example when the connection was closed.
    /// </summary>
    public Task Completion => _stopped.Task;

    /// <summary>Starts to collect. A stream that is missing is no error: records are held until it is there.</summary>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>A task that completes when the server has confirmed the subscriptions: later events are received.</returns>
    /// <exception cref="InvalidOperationException">The collector was started or stopped before.</exception>
    /// <exception cref="NatsException">The connection cannot subscribe, for example because its user may not.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, or the collector was stopped meanwhile.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.CompareExchange(ref _state, Started, 0) != 0)
        {
            throw new InvalidOperationException("A collector can be started once. Create another one.");
        }

        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            DateTimeOffset absentSince = await SubscribeAsync(either.Token).ConfigureAwait(false);
            either.Token.ThrowIfCancellationRequested();
            _polls.Absent(absentSince);
            CollectorLog.Started(_parts.Logger, string.Join(", ", _parts.Options.EventSubjects), FleetStreams.ServersName);
            _running = RunAsync();
        }
        catch
        {
            await UnsubscribeAsync().ConfigureAwait(false);
            throw;
        }
        finally
        {
            _started.TrySetResult();
        }
    }

    /// <summary>
    /// Ends the collector: events that were received are stored first, as far as <see cref="FleetCollectorOptions.FlushTimeout"/> allows. A start that has not completed is
    /// cancelled. A second call waits for the first.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for acknowledgements.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        int before = Interlocked.Exchange(ref _state, Stopping);
        if (before != Started)
        {
            await (before == Stopping ? _stopped.Task : Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stopped.TrySetResult();
            return;
        }

        try
        {
            await _stop.CancelAsync().ConfigureAwait(false);
            await _started.Task.ConfigureAwait(false);
            await UnsubscribeAsync().ConfigureAwait(false);
            await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var limit = new CancellationTokenSource(_parts.Options.FlushTimeout, _parts.Time);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            await _sender.FlushAsync(end.Token).ConfigureAwait(false);
        }
        finally
        {
            CollectorLog.Ended(_parts.Logger, _parts.Outbox.Count);
            _stopped.TrySetResult();
        }
    }

    /// <summary>Does the same as <see cref="StopAsync"/>. The connection stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    // Returns since when events may have been missed.
    private async Task<DateTimeOffset> SubscribeAsync(CancellationToken cancellationToken)
    {
        // What the connection may have missed is filled in.
        _listeners.Add(_parts.Connection.Events.On<NatsResubscribedEvent>(e => Absent(e.Window.From), name: "fleet-collector"));
        _listeners.Add(_parts.Connection.Events.On<NatsMessageDroppedEvent>(Dropped, name: "fleet-collector"));
        _listeners.Add(_parts.Connection.Events.On<NatsDisconnectedEvent>(Disconnected, name: "fleet-collector"));
        DateTimeOffset absentSince = await _polls.LastStoredAsync(cancellationToken).ConfigureAwait(false);
        await _intake.SubscribeAsync(cancellationToken).ConfigureAwait(false);
        await _pings.SubscribeAsync(cancellationToken).ConfigureAwait(false);
        return absentSince;
    }

    private async Task UnsubscribeAsync()
    {
        _listeners.ForEach(listener => listener.Dispose());
        await _intake.EndAsync().ConfigureAwait(false);
        await _pings.EndAsync().ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        Task intake = _intake.RunAsync();
        Task[] all = [_sender.RunAsync(_stop.Token), _pings.RunAsync(_stop.Token), _polls.RunAsync(_stop.Token), intake];
        try
        {
            Task first = await Task.WhenAny(all).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            if (Volatile.Read(ref _state) != Stopping)
            {
                throw new InvalidOperationException("The subscription to the events of servers has ended.");
            }

            await _stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(all).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception e)
        {
            CollectorLog.Failed(_parts.Logger, e.Message, e);
            await _stop.CancelAsync().ConfigureAwait(false);
            await UnsubscribeAsync().ConfigureAwait(false); // the intake ends with its subscriptions alone
            await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stopped.TrySetException(e);
            _ = _stopped.Task.Exception; // it is logged, and need not be read
        }
    }

    private void Dropped(NatsMessageDroppedEvent dropped)
    {
        if (_intake.Has(dropped.Subscription))
        {
            Absent(_parts.Time.GetUtcNow() - s_droppedMargin);
        }
    }

    private void Disconnected(NatsDisconnectedEvent disconnected)
    {
        if (disconnected.ServerId is { } server && s_silences.Contains(disconnected.Reason))
        {
            _servers.Unreachable(server);
        }
    }

    private void Absent(DateTimeOffset from)
    {
        _parts.Counts.Absent();
        _polls.Absent(from);
    }

    private static void Check(FleetCollectorOptions options)
    {
        TimeSpan[] times = [options.ConnectionsInterval, options.PingInterval, options.PingTimeout, options.FlushTimeout];
        if (times.Min() <= TimeSpan.Zero || times.Max() > s_longest || options.HeldBytesLimit <= 0 || options.EventSubjects.Count == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(options), "Intervals, time limits and the size must be positive, intervals and time limits at most a day, and there must be a subject for events.");
        }
    }
}
