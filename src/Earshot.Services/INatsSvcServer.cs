namespace Earshot.Services;

/// <summary>A running service. Safe for use from any thread. Disposing it stops it.</summary>
public interface INatsSvcServer : IAsyncDisposable
{
    /// <summary>The endpoints of the service.</summary>
    IReadOnlyCollection<INatsSvcEndpoint> Endpoints { get; }

    /// <summary>Completes when the service has stopped: after <see cref="StopAsync"/>, or when the connection is drained or closed.</summary>
    Task Stopped { get; }

    /// <summary>
    /// Stops the service: no new requests, those that have arrived are processed and their replies are sent, then ping, info and statistics end.
    /// </summary>
    /// <remarks>
    /// Within a handler of the service, the call does not wait for the request of this handler, nor for the requests behind it that the same
    /// handler has yet to process, nor for handlers that wait for an end themselves. <see cref="Stopped"/> completes after all of them. Code
    /// that a handler has started counts as the handler while this processes a request.
    /// </remarks>
    /// <param name="cancellationToken">Cancels waiting; the service stops nevertheless.</param>
    /// <returns>A task that completes when the service has stopped, at the latest after <see cref="NatsSvcConfig.DrainTimeout"/>.</returns>
    ValueTask StopAsync(CancellationToken cancellationToken = default);

    /// <summary>Adds an endpoint. It receives requests when the call completes.</summary>
    /// <typeparam name="T">The type of the requests.</typeparam>
    /// <param name="handler">
    /// Processes a request and replies to it. Called on the thread pool, one request at a time. An exception is answered with an error, unless
    /// the handler has replied before, and reported as an event.
    /// </param>
    /// <param name="name">The name of the endpoint. Null: the subject, with hyphens for dots.</param>
    /// <param name="subject">The subject; wildcards are allowed. Null: the name.</param>
    /// <param name="queueGroup">The queue group. Null: the one of the service.</param>
    /// <param name="metadata">Metadata of the endpoint. Null: none.</param>
    /// <param name="serializer">The deserializer of requests. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes when the server has accepted the subscription.</returns>
    /// <exception cref="ArgumentException">The name, the subject or the queue group is not valid.</exception>
    /// <exception cref="NatsPermissionViolationException">The server rejected the subscription.</exception>
    /// <exception cref="NatsSvcException">The service has been stopped.</exception>
    ValueTask AddEndpointAsync<T>(Func<NatsSvcMsg<T>, ValueTask> handler, string? name = null, string? subject = null, string? queueGroup = null, IDictionary<string, string>? metadata = null, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Adds an endpoint. It receives requests when the call completes.</summary>
    /// <typeparam name="T">The type of the requests.</typeparam>
    /// <param name="handler">Processes a request and replies to it. Called on the thread pool, for as many requests at a time as the options allow.</param>
    /// <param name="opts">Name, subject, queue group, metadata and concurrency.</param>
    /// <param name="serializer">The deserializer of requests. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The endpoint. Dispose it to remove it from the service.</returns>
    /// <exception cref="ArgumentException">The options are not valid.</exception>
    /// <exception cref="NatsPermissionViolationException">The server rejected the subscription.</exception>
    /// <exception cref="NatsSvcException">The service has been stopped.</exception>
    ValueTask<INatsSvcEndpoint> AddEndpointAsync<T>(Func<NatsSvcMsg<T>, ValueTask> handler, NatsSvcEndpointOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Adds a group, whose name is the beginning of the subjects of its endpoints.</summary>
    /// <param name="name">The name of the group: tokens of a subject, without wildcards.</param>
    /// <param name="queueGroup">The queue group of endpoints of the group. Null: the one of the service.</param>
    /// <param name="cancellationToken">Not used: nothing is sent.</param>
    /// <returns>The group.</returns>
    /// <exception cref="ArgumentException">The name or the queue group is not valid.</exception>
    ValueTask<NatsSvcServer.Group> AddGroupAsync(string name, string? queueGroup = null, CancellationToken cancellationToken = default);

    /// <summary>Removes the endpoints with a name: no new requests; those that have arrived are processed.</summary>
    /// <remarks>Within a handler of the service, the call does not wait for the request of this handler, as with <see cref="StopAsync"/>.</remarks>
    /// <param name="name">The name of the endpoint.</param>
    /// <param name="cancellationToken">Cancels waiting; the endpoint is removed nevertheless.</param>
    /// <returns>
    /// Whether the service had such an endpoint. Completes when its requests are processed, at the latest after
    /// <see cref="NatsSvcConfig.DrainTimeout"/>.
    /// </returns>
    ValueTask<bool> RemoveEndpointAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Returns the statistics, as requests for them get them.</summary>
    /// <returns>The statistics of the service and its endpoints.</returns>
    StatsResponse GetStats();

    /// <summary>Returns the description of the service, as requests for it get it.</summary>
    /// <returns>The description of the service and its endpoints.</returns>
    InfoResponse GetInfo();

    /// <summary>Sets the statistics of all endpoints to zero.</summary>
    void ResetStats();
}
