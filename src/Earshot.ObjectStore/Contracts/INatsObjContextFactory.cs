using Earshot.JetStream;

namespace Earshot.ObjectStore;

/// <summary>Creates object store contexts. Applications may replace it in their tests.</summary>
public interface INatsObjContextFactory
{
    /// <summary>Creates a context. It is cheap and holds no resources.</summary>
    /// <param name="jsContext">The JetStream context to use.</param>
    /// <returns>The context.</returns>
    INatsObjContext CreateContext(INatsJSContext jsContext);
}
