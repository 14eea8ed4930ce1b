using Earshot.JetStream;

namespace Earshot;

/// <summary>Extension methods that create JetStream contexts for a client or connection.</summary>
public static class NatsClientExtensions
{
    /// <summary>Creates a context with default options. A context is cheap and holds no resources.</summary>
    /// <param name="client">The client whose connection is used.</param>
    /// <returns>The context.</returns>
    public static INatsJSContext CreateJetStreamContext(this INatsClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new NatsJSContext(client.Connection);
    }

    /// <inheritdoc cref="CreateJetStreamContext(INatsClient)"/>
    /// <param name="connection">The connection to use.</param>
    public static INatsJSContext CreateJetStreamContext(this INatsConnection connection) => new NatsJSContext(connection);

    /// <summary>Creates a context with the given options. A context is cheap and holds no resources.</summary>
    /// <param name="client">The client whose connection is used.</param>
    /// <param name="opts">The options of the context.</param>
    /// <returns>The context.</returns>
    public static INatsJSContext CreateJetStreamContext(this INatsClient client, NatsJSOpts opts)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new NatsJSContext(client.Connection, opts);
    }

    /// <inheritdoc cref="CreateJetStreamContext(INatsClient, NatsJSOpts)"/>
    /// <param name="connection">The connection to use.</param>
    /// <param name="opts">The options of the context.</param>
    public static INatsJSContext CreateJetStreamContext(this INatsConnection connection, NatsJSOpts opts) => new NatsJSContext(connection, opts);
}
