using Earshot.JetStream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Earshot.KeyValueStore;

/// <summary>Registers key-value store contexts with the services of an application.</summary>
public static class NatsKVServiceCollectionExtensions
{
    /// <summary>Registers <see cref="INatsKVContext"/> as a singleton, on the registered JetStream context, which is registered as well if it is not yet.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Receives the default options and returns those to use; null: the defaults.</param>
    /// <param name="key">The key of the connection, and of the context; null: none.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddNatsKeyValueStore(this IServiceCollection services, Func<NatsKVOpts, NatsKVOpts>? configure = null, object? key = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddNatsJetStream(key: key);
        services.TryAdd(new ServiceDescriptor(typeof(INatsKVContext), key, (provider, _) => Create(JetStream(provider, key), configure), ServiceLifetime.Singleton));
        return services;
    }

    private static INatsJSContext JetStream(IServiceProvider provider, object? key) =>
        key is null ? provider.GetRequiredService<INatsJSContext>() : provider.GetRequiredKeyedService<INatsJSContext>(key);

    private static INatsKVContext Create(INatsJSContext context, Func<NatsKVOpts, NatsKVOpts>? configure) =>
        configure is null ? context.CreateKeyValueStoreContext() : context.CreateKeyValueStoreContext(configure(new NatsKVOpts()));
}
