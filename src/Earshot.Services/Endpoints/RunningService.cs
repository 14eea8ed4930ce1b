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
    private readonly HashSet<ServiceEndpoint> _unfinished = []; // from before their start until their last request is processed, listed or not
    private List<ServiceEndpoint> _endpoints = [];
    private DateTimeOffset _started;
    private Task? _stopping;

    /// <exception cref="ArgumentException">The configuration is not valid.</exception>
    public RunningService(INatsConnection connection, NatsSvcConfig config, CancellationToken stop)
    {
        ServiceRules.CheckQueueGroup(config.QueueGroup, nameof(config));
        ServiceRules.CheckGroup(config.ApiPrefix, nameof(config));
        ServiceRules.CheckDrainTimeout(config.DrainTimeout);
        (Connection, Config, Id) = (connection, config, Nuid.NewNuid());
        _reports = new ServiceReports(config, Id, ReportException);
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
        lock (_gate)
        {
            ThrowIfStopped(_stopping is not null);
            _unfinished.Add(endpoint); // a stop from here on waits for it
        }

        _ = WatchAsync(endpoint);
        await endpoint.StartAsync(cancellationToken).ConfigureAwait(false);
        bool isStopped;
        lock (_gate)
        {
            isStopped = _stopping is not null;
            _endpoints = isStopped || !_unfinished.Contains(endpoint) ? _endpoints : [.. _endpoints, endpoint];
        }

        if (isStopped)
        {
            await endpoint.DrainAsync(new Deadline(Time, Config.DrainTimeout), RequestReader.CurrentOf(this)).ConfigureAwait(false);
            ThrowIfStopped(true);
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

        await endpoint.DrainAsync(new Deadline(Time, Config.DrainTimeout), RequestReader.CurrentOf(this)).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Stops once; further calls wait for the same end. The task of a call within a handler completes when all other requests are processed:
    /// neither the own one nor those whose handlers wait too are waited for. <see cref="Stopped"/> is the end of all.
    /// </summary>
    public Task StopAsync()
    {
        Task stopping;
        ServiceEndpoint[] endpoints;
        lock (_gate)
        {
            stopping = _stopping ??= StopNowAsync();
            endpoints = [.. _unfinished];
        }

        return RequestReader.CurrentOf(this) is { } caller
            ? Task.WhenAny(stopping, Task.WhenAll(endpoints.Select(endpoint => endpoint.EndedForHandlerAsync(caller))))
            : stopping;
    }

    /// <summary>A subscription of the service has ended: with the connection, so does the service; otherwise it is reported, unless the service ends it.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="reason">Why it has ended.</param>
    /// <param name="exception">The exception it has ended with; null: none.</param>
    /// <param name="endpoint">The endpoint, which is removed unless the service ends; null: it belongs to no endpoint.</param>
    public void SubscriptionEnded(INatsSub subscription, NatsSubEndReason reason, Exception? exception, ServiceEndpoint? endpoint = null)
    {
        bool isOver = reason is NatsSubEndReason.Drained or NatsSubEndReason.ConnectionClosed || exception is NatsConnectionClosedException
            || Connection.ConnectionState is NatsConnectionState.DrainingSubscriptions or NatsConnectionState.DrainingPublishers or NatsConnectionState.Failed or NatsConnectionState.Closed;
        lock (_gate)
        {
            if (_stopping is not null)
            {
                return; // the endpoints of a service that stops stay, with their statistics
            }

            if (isOver)
            {
                _stopping = StopNowAsync();
                return;
            }

            _endpoints = [.. _endpoints.Where(other => other != endpoint)];
        }

        ReportException(new NatsSvcException($"A subscription of the service {Config.Name} has ended ({reason}), and receives no more requests: {subscription.Subject}", exception), subscription);
    }

    /// <summary>Reports an exception of the application, or the end of a subscription, in the events of the connection.</summary>
    public void ReportException(Exception exception, INatsSub? subscription) =>
        (Connection as NatsConnection ?? Connection.Connection as NatsConnection)?.Port.Append(
            new NatsExceptionOccurredEvent { Exception = exception, Origin = NatsExceptionOrigin.MessageHandler, Subscription = subscription });

    private void ThrowIfStopped(bool isStopped)
    {
        if (isStopped)
        {
            throw new NatsSvcException($"The service {Config.Name} has been stopped.");
        }
    }

    private async Task WatchAsync(ServiceEndpoint endpoint)
    {
        await endpoint.Ended.ConfigureAwait(false);
        lock (_gate)
        {
            _unfinished.Remove(endpoint);
        }

        if (endpoint is { IsDraining: false, Subscription: { } subscription })
        {
            SubscriptionEnded(subscription, endpoint.End.Reason, endpoint.End.Exception, endpoint);
        }
    }

    // Requests end first, monitoring last: a service that still works can be seen.
    private async Task StopNowAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not under the lock
        await _stopOnCancel.DisposeAsync().ConfigureAwait(false);
        var deadline = new Deadline(Time, Config.DrainTimeout);
        ServiceEndpoint[] endpoints;
        lock (_gate)
        {
            endpoints = [.. _unfinished];
        }

        await Task.WhenAll(endpoints.Select(endpoint => endpoint.DrainAsync(deadline, null))).ConfigureAwait(false);
        await _monitoring.StopAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Connection.ConnectionState == NatsConnectionState.Open)
        {
            await deadline.WaitAsync(Connection.PingAsync().AsTask()).ConfigureAwait(false); // the server has the last replies
        }

        _stopped.TrySetResult();
    }
}
