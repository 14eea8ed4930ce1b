using Earshot.Services.Configuration;

namespace Earshot.Services.Endpoints;

/// <summary>The endpoints of a service from its start to its end. Safe for use from any thread.</summary>
internal sealed class RunningService
{
    private readonly Lock _gate = new();
    private readonly ServiceReports _reports;
    private readonly MonitoringEndpoints _monitoring;
    private readonly CancellationTokenRegistration _stopOnCancel;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<ServiceEndpoint> _endpoints = [];
    private DateTimeOffset _started;
    private Task? _stopping;

    /// <exception cref="ArgumentException">The configuration is not valid.</exception>
    public RunningService(INatsConnection connection, NatsSvcConfig config, CancellationToken stop)
    {
        ServiceRules.CheckQueueGroup(config.QueueGroup, nameof(config));
        ServiceRules.CheckGroup(config.ApiPrefix, nameof(config));
        ArgumentOutOfRangeException.ThrowIfLessThan(config.DrainTimeout, TimeSpan.Zero);
        (Connection, Config, Id) = (connection, config, Nuid.NewNuid());
        _reports = new ServiceReports(config, Id);
        _monitoring = new MonitoringEndpoints(this);
        _started = Time.GetUtcNow();
        _stopOnCancel = stop.UnsafeRegister(static service => _ = ((RunningService)service!).StopAsync(), this);
    }

    public INatsConnection Connection { get; }

    public NatsSvcConfig Config { get; }

    public string Id { get; }

    public TimeProvider Time => Connection.Opts.TimeProvider;

    public IReadOnlyCollection<ServiceEndpoint> Endpoints => Volatile.Read(ref _endpoints);

    public Task Stopped => _stopped.Task;

    public PingResponse Ping() => _reports.Ping();

    public InfoResponse Info() => _reports.Info(Endpoints);

    public StatsResponse Stats()
    {
        DateTimeOffset started;
        lock (_gate)
        {
            started = _started;
        }

        return _reports.Stats(Endpoints, started);
    }

    public void ResetStats()
    {
        lock (_gate)
        {
            _endpoints.ForEach(endpoint => endpoint.Reset());
            _started = Time.GetUtcNow();
        }
    }

    /// <summary>Answers ping, info and statistics from now on.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => _monitoring.StartAsync(cancellationToken);

    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="NatsSvcException">The service has been stopped.</exception>
    public async ValueTask<INatsSvcEndpoint> AddAsync<T>(string group, string? groupQueue, Func<NatsSvcMsg<T>, ValueTask> handler, NatsSvcEndpointOpts opts, INatsDeserialize<T>? deserializer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentNullException.ThrowIfNull(opts);
        var endpoint = new TypedEndpoint<T>(this, EndpointPlan.Of(opts, group, groupQueue, Config), handler, deserializer);
        ThrowIfStopped();
        await endpoint.StartAsync(cancellationToken).ConfigureAwait(false);
        bool isStopped;
        lock (_gate)
        {
            isStopped = _stopping is not null;
            _endpoints = isStopped ? _endpoints : [.. _endpoints, endpoint];
        }

        if (isStopped)
        {
            await DrainAsync(endpoint).ConfigureAwait(false);
            ThrowIfStopped();
        }

        return endpoint;
    }

    /// <summary>Removes the endpoints with a name.</summary>
    public async Task<bool> RemoveAsync(string name, CancellationToken cancellationToken)
    {
        List<ServiceEndpoint> found = [.. Endpoints.Where(endpoint => endpoint.Name == name)];
        await Task.WhenAll(found.Select(endpoint => RemoveAsync(endpoint, cancellationToken))).ConfigureAwait(false);
        return found.Count > 0;
    }

    public async Task RemoveAsync(ServiceEndpoint endpoint, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _endpoints = [.. _endpoints.Where(other => other != endpoint)];
        }

        await DrainAsync(endpoint).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops once; further calls wait for the same end.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return _stopping ??= StopNowAsync();
        }
    }

    /// <summary>A subscription ended with an exception: with a closed connection the service has ended too.</summary>
    public void ConnectionEnded()
    {
        if (Connection.ConnectionState is NatsConnectionState.Closed or NatsConnectionState.Failed)
        {
            _ = StopAsync();
        }
    }

    /// <summary>Reports an exception of the application in the events of the connection.</summary>
    public void ReportException(Exception exception, INatsSub subscription) =>
        (Connection as NatsConnection ?? Connection.Connection as NatsConnection)?.Port.Append(
            new NatsExceptionOccurredEvent { Exception = exception, Origin = NatsExceptionOrigin.MessageHandler, Subscription = subscription });

    private void ThrowIfStopped()
    {
        lock (_gate)
        {
            if (_stopping is not null)
            {
                throw new NatsSvcException($"The service {Config.Name} has been stopped.");
            }
        }
    }

    // Requests end first, monitoring last: a service that still works can be seen.
    private async Task StopNowAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not under the lock
        await _stopOnCancel.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(Endpoints.Select(DrainAsync)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _monitoring.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Connection.ConnectionState == NatsConnectionState.Open)
        {
            await ((Task)Connection.PingAsync().AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the server has the last replies
        }

        _stopped.TrySetResult();
    }

    private async Task DrainAsync(ServiceEndpoint endpoint)
    {
        await endpoint.UnsubscribeAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await endpoint.Ended.WaitAsync(Config.DrainTimeout, Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
