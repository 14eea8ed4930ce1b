using Earshot.JetStream;
using Earshot.KeyValueStore;

namespace Earshot;

/// <summary>Extension methods that create key-value store contexts for a client, a connection or a JetStream context.</summary>
public static class NatsClientExtensions
{
    /// <summary>Creates a context with default options. A context is cheap and holds no resources.</summary>
    /// <param name="client">The client whose connection is used.</param>
    /// <returns>The context.</returns>
    public static INatsKVContext CreateKeyValueStoreContext(this INatsClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new NatsKVContext(new NatsJSContext(client.Connection));
    }

    /// <inheritdoc cref="CreateKeyValueStoreContext(INatsClient)"/>
    /// <param name="connection">The connection to use.</param>
    public static INatsKVContext CreateKeyValueStoreContext(this INatsConnection connection) => new NatsKVContext(new NatsJSContext(connection));

    /// <inheritdoc cref="CreateKeyValueStoreContext(INatsClient)"/>
    /// <param name="context">The JetStream context to use, with its domain or prefix.</param>
    public static INatsKVContext CreateKeyValueStoreContext(this INatsJSContext context) => new NatsKVContext(context);

    /// <summary>Creates a context with the given options. A context is cheap and holds no resources.</summary>
    /// <param name="client">The client whose connection is used.</param>
    /// <param name="opts">The options of the context.</param>
    /// <returns>The context.</returns>
    public static INatsKVContext CreateKeyValueStoreContext(this INatsClient client, NatsKVOpts opts)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new NatsKVContext(new NatsJSContext(client.Connection), opts);
    }

    /// <inheritdoc cref="CreateKeyValueStoreContext(INatsClient, NatsKVOpts)"/>
    /// <param name="connection">The connection to use.</param>
    /// <param name="opts">The options of the context.</param>
    public static INatsKVContext CreateKeyValueStoreContext(this INatsConnection connection, NatsKVOpts opts) => new NatsKVContext(new NatsJSContext(connection), opts);

    /// <inheritdoc cref="CreateKeyValueStoreContext(INatsClient, NatsKVOpts)"/>
    /// <param name="context">The JetStream context to use, with its domain or prefix.</param>
    /// <param name="opts">The options of the context.</param>
    public static INatsKVContext CreateKeyValueStoreContext(this INatsJSContext context, NatsKVOpts opts) => new NatsKVContext(context, opts);
}
