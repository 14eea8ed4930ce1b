using Earshot.Services;

namespace Earshot;

/// <summary>Extension methods that create contexts for services.</summary>
public static class NatsClientExtensions
{
    /// <summary>Creates a context that starts services. A context is cheap and holds no resources.</summary>
    /// <param name="client">The client whose connection is used.</param>
    /// <returns>The context.</returns>
    public static INatsSvcContext CreateServicesContext(this INatsClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new NatsSvcContext(client.Connection);
    }

    /// <inheritdoc cref="CreateServicesContext(INatsClient)"/>
    /// <param name="connection">The connection to use.</param>
    public static INatsSvcContext CreateServicesContext(this INatsConnection connection) => new NatsSvcContext(connection);

    /// <summary>Creates an object that finds services of other programs.</summary>
    /// <param name="connection">The connection to use.</param>
    /// <returns>The discovery.</returns>
    public static INatsSvcDiscovery CreateServiceDiscovery(this INatsConnection connection) => new NatsSvcDiscovery(connection);
}
