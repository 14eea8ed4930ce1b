using Earshot.JetStream;
using Earshot.ObjectStore;

namespace Earshot;

/// <summary>Extension methods that create object store contexts for a client, a connection or a JetStream context.</summary>
public static class NatsClientExtensions
{
    /// <summary>Creates a context. A context is cheap and holds no resources.</summary>
    /// <param name="client">The client whose connection is used.</param>
    /// <returns>The context.</returns>
    public static INatsObjContext CreateObjectStoreContext(this INatsClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new NatsObjContext(new NatsJSContext(client.Connection));
    }

    /// <inheritdoc cref="CreateObjectStoreContext(INatsClient)"/>
    /// <param name="connection">The connection to use.</param>
    public static INatsObjContext CreateObjectStoreContext(this INatsConnection connection) => new NatsObjContext(new NatsJSContext(connection));

    /// <inheritdoc cref="CreateObjectStoreContext(INatsClient)"/>
    /// <param name="context">The JetStream context to use, with its domain or prefix.</param>
    public static INatsObjContext CreateObjectStoreContext(this INatsJSContext context) => new NatsObjContext(context);
}
