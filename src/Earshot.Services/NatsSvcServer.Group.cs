using Earshot.Services.Configuration;

namespace Earshot.Services;

public partial class NatsSvcServer
{
    /// <summary>A group of endpoints whose subjects begin with the name of the group. Safe for use from any thread.</summary>
    public class Group
    {
        private readonly NatsSvcServer _server;

        /// <summary>Creates a group.</summary>
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
