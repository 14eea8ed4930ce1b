using Earshot.JetStream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Earshot.ObjectStore;

/// <summary>Registers object store contexts with the services of an application.</summary>
public static class NatsObjServiceCollectionExtensions
{
    /// <summary>Registers <see cref="INatsObjContext"/> as a singleton, on the registered JetStream context, which is registered as well if it is not yet.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="key">The key of the connection, and of the context; null: none.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddNatsObjectStore(this IServiceCollection services, object? key = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddNatsJetStream(key: key);
        services.TryAdd(new ServiceDescriptor(typeof(INatsObjContext), key, (provider, _) => JetStream(provider, key).CreateObjectStoreContext(), ServiceLifetime.Singleton));
        return services;
    }

    private static INatsJSContext JetStream(IServiceProvider provider, object? key) =>
        key is null ? provider.GetRequiredService<INatsJSContext>() : provider.GetRequiredKeyedService<INatsJSContext>(key);
}
