using Earshot.Services.Configuration;
using Earshot.Services.Endpoints;

namespace Earshot.Services;

/// <summary>A running service. Safe for use from any thread. Disposing it stops it.</summary>
public class NatsSvcServer : INatsSvcServer
{
    private readonly RunningService _service;

    /// <summary>Creates a service. Use <see cref="INatsSvcContext.AddServiceAsync(NatsSvcConfig, CancellationToken)"/>, which also starts it.</summary>
    /// <param name="nats">The connection.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="cancellationToken">Stops the service.</param>
    /// <exception cref="ArgumentException">The configuration is not valid.</exception>
    public NatsSvcServer(INatsConnection nats, NatsSvcConfig config, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(nats);
        ArgumentNullException.ThrowIfNull(config);
        _service = new RunningService(nats, config, cancellationToken);
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<INatsSvcEndpoint> Endpoints => _service.Endpoints;

    /// <inheritdoc/>
    public Task Stopped => _service.Stopped;

    /// <summary>The unique id of this instance.</summary>
    public string Id => _service.Id;

    /// <inheritdoc/>
    public async ValueTask StopAsync(CancellationToken cancellationToken = default) => await _service.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask AddEndpointAsync<T>(Func<NatsSvcMsg<T>, ValueTask> handler, string? name = null, string? subject = null, string? queueGroup = null, IDictionary<string, string>? metadata = null, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        await AddEndpointAsync(handler, new NatsSvcEndpointOpts { Name = name, Subject = subject, QueueGroup = queueGroup, Metadata = metadata }, serializer, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public ValueTask<INatsSvcEndpoint> AddEndpointAsync<T>(Func<NatsSvcMsg<T>, ValueTask> handler, NatsSvcEndpointOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
        _service.AddAsync("", null, handler, opts, serializer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<Group> AddGroupAsync(string name, string? queueGroup = null, CancellationToken cancellationToken = default) =>
        new(new Group(this, name, queueGroup, cancellationToken));

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveEndpointAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return await _service.RemoveAsync(name, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public StatsResponse GetStats() => _service.Stats();

    /// <inheritdoc/>
    public InfoResponse GetInfo() => _service.Info();

    /// <inheritdoc/>
    public void ResetStats() => _service.ResetStats();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _service.StopAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Answers ping, info and statistics from now on.</summary>
    internal Task StartAsync(CancellationToken cancellationToken) => _service.StartAsync(cancellationToken);

    /// <summary>A group of endpoints whose subjects begin with the name of the group. Safe for use from any thread.</summary>
    public class Group
    {
        private readonly NatsSvcServer _server;

        /// <summary>Creates a group of endpoints.</summary>
        /// <param name="server">The service.</param>
        /// <param name="groupName">The subject of the group: tokens without wildcards.</param>
        /// <param name="queueGroup">The queue group of its endpoints. Null: the one of the service.</param>
        /// <param name="cancellationToken">Not used: nothing is sent.</param>
        /// <exception cref="ArgumentException">The name or the queue group is not valid.</exception>
        public Group(NatsSvcServer server, string groupName, string? queueGroup = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(server);
            ServiceRules.CheckGroup(groupName, nameof(groupName));
            ServiceRules.CheckQueueGroup(queueGroup, nameof(queueGroup));
            (_server, GroupName, QueueGroup) = (server, groupName, queueGroup);
        }

        /// <summary>The subject of the group, with the groups that it is in.</summary>
        public string GroupName { get; }

        /// <summary>The queue group of its endpoints; null for the one of the service.</summary>
        public string? QueueGroup { get; }

        /// <inheritdoc cref="INatsSvcServer.AddEndpointAsync{T}(Func{NatsSvcMsg{T}, ValueTask}, string?, string?, string?, IDictionary{string, string}?, INatsDeserialize{T}?, CancellationToken)"/>
        public async ValueTask AddEndpointAsync<T>(Func<NatsSvcMsg<T>, ValueTask> handler, string? name = null, string? subject = null, string? queueGroup = null, IDictionary<string, string>? metadata = null, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
            await AddEndpointAsync(handler, new NatsSvcEndpointOpts { Name = name, Subject = subject, QueueGroup = queueGroup, Metadata = metadata }, serializer, cancellationToken).ConfigureAwait(false);

        /// <inheritdoc cref="INatsSvcServer.AddEndpointAsync{T}(Func{NatsSvcMsg{T}, ValueTask}, NatsSvcEndpointOpts, INatsDeserialize{T}?, CancellationToken)"/>
        public ValueTask<INatsSvcEndpoint> AddEndpointAsync<T>(Func<NatsSvcMsg<T>, ValueTask> handler, NatsSvcEndpointOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default) =>
            _server._service.AddAsync(GroupName, QueueGroup, handler, opts, serializer, cancellationToken);

        /// <summary>Adds a group within this one.</summary>
        /// <param name="name">The name of the group: tokens of a subject, without wildcards.</param>
        /// <param name="queueGroup">The queue group of its endpoints. Null: the one of this group.</param>
        /// <param name="cancellationToken">Not used: nothing is sent.</param>
        /// <returns>The group.</returns>
        /// <exception cref="ArgumentException">The name or the queue group is not valid.</exception>
        public ValueTask<Group> AddGroupAsync(string name, string? queueGroup = null, CancellationToken cancellationToken = default)
        {
            ArgumentNullException.ThrowIfNull(name);
            return new(new Group(_server, $"{GroupName}.{name}", queueGroup ?? QueueGroup, cancellationToken));
        }
    }
}
