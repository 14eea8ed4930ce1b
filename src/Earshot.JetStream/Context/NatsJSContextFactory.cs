namespace Earshot.JetStream;

/// <summary>Makes instances of <see cref="NatsJSContext"/>.</summary>
public sealed class NatsJSContextFactory : INatsJSContextFactory
{
    /// <inheritdoc/>
    public INatsJSContext CreateContext(INatsConnection connection) => new NatsJSContext(connection);

    /// <inheritdoc/>
    public INatsJSContext CreateContext(INatsConnection connection, NatsJSOpts opts) => new NatsJSContext(connection, opts);
}
