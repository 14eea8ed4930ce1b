namespace Earshot.JetStream;

/// <summary>Makes contexts; for applications that replace them in their tests.</summary>
public interface INatsJSContextFactory
{
    /// <summary>Makes a context with default options.</summary>
    /// <param name="connection">The connection.</param>
    /// <returns>The context.</returns>
    INatsJSContext CreateContext(INatsConnection connection);

    /// <summary>Makes a context.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="opts">Its options.</param>
    /// <returns>The context.</returns>
    INatsJSContext CreateContext(INatsConnection connection, NatsJSOpts opts);
}
