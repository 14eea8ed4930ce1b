using Earshot.JetStream;

namespace Earshot.ObjectStore;

/// <summary>Creates instances of <see cref="NatsObjContext"/> for JetStream contexts.</summary>
public class NatsObjContextFactory : INatsObjContextFactory
{
    /// <inheritdoc/>
    public INatsObjContext CreateContext(INatsJSContext jsContext) => new NatsObjContext(jsContext);
}
