namespace Earshot.JetStream;

/// <summary>Creates JetStream contexts. Applications may replace it in their tests.</summary>
public interface INatsJSContextFactory
{
    /// <summary>Creates a context with default options.</summary>
    /// <param name="connection">The connection of the context.</param>
    /// <returns>The context.</returns>
    INatsJSContext CreateContext(INatsConnection connection);

    /// <summary>Creates a context with the given options.</summary>
    /// <param name="connection">The connection of the context.</param>
    /// <param name="opts">The options of the context.</param>
    /// <returns>The context.</returns>
    INatsJSContext CreateContext(INatsConnection connection, NatsJSOpts opts);
}
