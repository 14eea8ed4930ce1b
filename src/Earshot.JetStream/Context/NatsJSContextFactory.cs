namespace Earshot.JetStream;

/// <summary>Creates instances of <see cref="NatsJSContext"/> for connections.</summary>
public sealed class NatsJSContextFactory : INatsJSContextFactory
{
    /// <inheritdoc/>
    public INatsJSContext CreateContext(INatsConnection connection) => new NatsJSContext(connection);

    /// <inheritdoc/>
    public INatsJSContext CreateContext(INatsConnection connection, NatsJSOpts opts) => new NatsJSContext(connection, opts);
}
