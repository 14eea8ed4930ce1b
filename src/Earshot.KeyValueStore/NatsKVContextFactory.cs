using Earshot.JetStream;

namespace Earshot.KeyValueStore;

/// <summary>Creates instances of <see cref="NatsKVContext"/> for JetStream contexts.</summary>
public sealed class NatsKVContextFactory : INatsKVContextFactory
{
    /// <inheritdoc/>
    public INatsKVContext CreateContext(INatsJSContext jsContext) => new NatsKVContext(jsContext);
}
