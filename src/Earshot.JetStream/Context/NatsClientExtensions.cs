using Earshot.JetStream;

namespace Earshot;

/// <summary>JetStream on a client or connection.</summary>
public static class NatsClientExtensions
{
    /// <summary>Makes a context with default options. Contexts are cheap and keep nothing open.</summary>
    /// <param name="client">The client.</param>
    /// <returns>The context.</returns>
    public static INatsJSContext CreateJetStreamContext(this INatsClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new NatsJSContext(client.Connection);
    }

    /// <inheritdoc cref="CreateJetStreamContext(INatsClient)"/>
    /// <param name="connection">The connection.</param>
    public static INatsJSContext CreateJetStreamContext(this INatsConnection connection) => new NatsJSContext(connection);

    /// <summary>Makes a context. Contexts are cheap and keep nothing open.</summary>
    /// <param name="client">The client.</param>
    /// <param name="opts">The options.</param>
    /// <returns>The context.</returns>
    public static INatsJSContext CreateJetStreamContext(this INatsClient client, NatsJSOpts opts)
    {
        ArgumentNullException.ThrowIfNull(client);
        return new NatsJSContext(client.Connection, opts);
    }

    /// <inheritdoc cref="CreateJetStreamContext(INatsClient, NatsJSOpts)"/>
    /// <param name="connection">The connection.</param>
    /// <param name="opts">The options.</param>
    public static INatsJSContext CreateJetStreamContext(this INatsConnection connection, NatsJSOpts opts) => new NatsJSContext(connection, opts);
}
