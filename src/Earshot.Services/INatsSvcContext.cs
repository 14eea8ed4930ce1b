namespace Earshot.Services;

/// <summary>Starts services on a connection. Safe for use from any thread.</summary>
public interface INatsSvcContext
{
    /// <summary>The connection of the services.</summary>
    INatsConnection Connection { get; }

    /// <summary>Starts a service without endpoints. It answers ping, info and statistics when the call completes.</summary>
    /// <param name="name">The name of the service: letters, digits, hyphens and underscores.</param>
    /// <param name="version">The version of the service, as a semantic version such as 1.0.0.</param>
    /// <param name="queueGroup">The queue group of endpoints that have none of their own.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The running service. Dispose it to stop it.</returns>
    /// <exception cref="ArgumentException">The name, the version or the queue group is not valid.</exception>
    /// <exception cref="NatsPermissionViolationException">The server rejected a subscription of the service.</exception>
    ValueTask<INatsSvcServer> AddServiceAsync(string name, string version, string queueGroup = "q", CancellationToken cancellationToken = default);

    /// <summary>Starts a service without endpoints. It answers ping, info and statistics when the call completes.</summary>
    /// <param name="config">The configuration of the service.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <returns>The running service. Dispose it to stop it.</returns>
    /// <exception cref="ArgumentException">The configuration is not valid.</exception>
    /// <exception cref="NatsPermissionViolationException">The server rejected a subscription of the service.</exception>
    ValueTask<INatsSvcServer> AddServiceAsync(NatsSvcConfig config, CancellationToken cancellationToken = default);
}
