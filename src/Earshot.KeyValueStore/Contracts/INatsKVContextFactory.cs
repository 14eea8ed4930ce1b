using Earshot.JetStream;

namespace Earshot.KeyValueStore;

/// <summary>Creates key-value store contexts. Applications may replace it in their tests.</summary>
public interface INatsKVContextFactory
{
    /// <summary>Creates a context with default options.</summary>
    /// <param name="jsContext">The JetStream context to use.</param>
    /// <returns>The context.</returns>
    INatsKVContext CreateContext(INatsJSContext jsContext);
}
