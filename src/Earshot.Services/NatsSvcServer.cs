using Earshot.Services.Endpoints;
using Earshot.Services.Models;
using Earshot.Services.Monitoring;

namespace Earshot.Services;

/// <summary>A running service. Safe for use from any thread. Disposing it stops it.</summary>
public partial class NatsSvcServer : INatsSvcServer
{
    private readonly Lock _gate = new();
    private readonly ServiceReports _reports;
    private readonly MonitoringEndpoints _monitoring;
    private readonly CancellationTokenRegistration _stopOnCancel;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<ServiceEndpoint> _endpoints = [];
    private DateTimeOffset _started;
    private Task? _stopping;

    /// <summary>Creates a service. Use <see cref="INatsSvcContext.AddServiceAsync(NatsSvcConfig, CancellationToken)"/>, which also starts it.</summary>
    /// <param name="nats">The connection.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="cancellationToken">Stops the service.</param>
    public NatsSvcServer(INatsConnection nats, NatsSvcConfig config, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nats);
        ArgumentNullException.ThrowIfNull(config);
        ServiceRules.CheckQueueGroup(config.QueueGroup, nameof(config));
        ServiceRules.CheckGroup(config.ApiPrefix, nameof(config));
        ArgumentOutOfRangeException.ThrowIfLessThan(config.DrainTimeout, TimeSpan.Zero);
        (Connection, Config, Id) = (nats, config, Nuid.NewNuid());
        _reports = new ServiceReports(config, Id);
        _monitoring = new MonitoringEndpoints(this);
        _started = Time.GetUtcNow();
        _stopOnCancel = cancellationToken.UnsafeRegister(static server => _ = ((NatsSvcServer)server!).StopOnceAsync(), this);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<INatsSvcEndpoint> Endpoints => Volatile.Read(ref _endpoints);

    /// <inheritdoc/>
    public Task Stopped => _stopped.Task;

    internal INatsConnection Connection { get; }

    internal NatsSvcConfig Config { get; }

    internal string Id { get; }

    internal TimeProvider Time => Connection.Opts.TimeProvider;

    /// <inheritdoc/>
    public async ValueTask StopAsync(CancellationToken cancellationToken = default) => await StopOnceAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask AddEndpointAsync<T>(Func<NatsSvcMsg<T>, ValueTask> handler, string? name = null, string? subject = null, string? queueGroup = null, IDictionary<string, string>? metadata = null, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        await AddEndpointAsync(handler, new NatsSvcEndpointOpts { Name = name, Subject = subject, QueueGroup = queueGroup, Metadata = metadata }, serializer, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<INatsSvcEndpoint> AddEndpointAsync<T>(Func<NatsSvcMsg<T>, ValueTask> handler, NatsSvcEndpointOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        AddAsync("", null, handler, opts, serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Group> AddGroupAsync(string name, string? queueGroup = null, CancellationToken cancellationToken = default) =>
        new(new Group(this, name, queueGroup, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveEndpointAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        List<ServiceEndpoint> found = [.. Volatile.Read(ref _endpoints).Where(endpoint => endpoint.Name == name)];
        await Task.WhenAll(found.Select(endpoint => RemoveAsync(endpoint, cancellationToken))).ConfigureAwait(false);
        return found.Count > 0;
    }

    /// <inheritdoc/>
    public StatsResponse GetStats()
    {
        lock (_gate)
        {
            return _reports.Stats(_endpoints, _started);
        }
    }

    /// <inheritdoc/>
    public InfoResponse GetInfo() => _reports.Info(Volatile.Read(ref _endpoints));

    /// <inheritdoc/>
    public void ResetStats()
    {
        lock (_gate)
        {
            _endpoints.ForEach(endpoint => endpoint.Reset());
            _started = Time.GetUtcNow();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopOnceAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    internal PingResponse GetPing() => _reports.Ping();

    /// <summary>Answers ping, info and statistics from now on.</summary>
    internal Task StartAsync(CancellationToken cancellationToken) => _monitoring.StartAsync(cancellationToken);

    internal async ValueTask<INatsSvcEndpoint> AddAsync<T>(string group, string? groupQueue, Func<NatsSvcMsg<T>, ValueTask> handler, NatsSvcEndpointOpts opts, INatsDeserialize<T>? deserializer, CancellationToken cancellationToken)
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

    internal async Task RemoveAsync(ServiceEndpoint endpoint, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _endpoints = [.. _endpoints.Where(other => other != endpoint)];
        }

        await DrainAsync(endpoint).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reports an exception of the application in the events of the connection.</summary>
    internal void ReportException(Exception exception, INatsSub subscription) =>
        (Connection as NatsConnection ?? Connection.Connection as NatsConnection)?.Port.Append(
            new NatsExceptionOccurredEvent { Exception = exception, Origin = NatsExceptionOrigin.MessageHandler, Subscription = subscription });

    /// <summary>A subscription ended with an exception: with a closed connection the service has ended too.</summary>
    internal void ConnectionEnded()
    {
        if (Connection.ConnectionState is NatsConnectionState.Closed or NatsConnectionState.Failed)
        {
            _ = StopOnceAsync();
        }
    }

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

    private Task StopOnceAsync()
    {
        lock (_gate)
        {
            return _stopping ??= Task.Run(StopNowAsync);
        }
    }

    // Requests end first, monitoring last: a service that still works can be seen.
    private async Task StopNowAsync()
    {
        _stopOnCancel.Dispose();
        await Task.WhenAll(Volatile.Read(ref _endpoints).Select(DrainAsync)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _monitoring.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (Connection.ConnectionState == NatsConnectionState.Open)
        {
            await FlushAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stopped.TrySetResult();
    }

    private async Task FlushAsync() => await Connection.PingAsync().ConfigureAwait(false);

    private async Task DrainAsync(ServiceEndpoint endpoint)
    {
        await endpoint.UnsubscribeAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await endpoint.Ended.WaitAsync(Config.DrainTimeout, Time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
