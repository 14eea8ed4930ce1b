using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Earshot.Services;

/// <summary>Registers contexts for services with the services of an application.</summary>
public static class NatsSvcServiceCollectionExtensions
{
    /// <summary>Registers <see cref="INatsSvcContext"/> and <see cref="INatsSvcDiscovery"/> as singletons on the registered connection.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="key">The key of the connection, and of what is registered; null: none.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddNatsServices(this IServiceCollection services, object? key = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAdd(new ServiceDescriptor(typeof(INatsSvcContext), key, (provider, _) => Connection(provider, key).CreateServicesContext(), ServiceLifetime.Singleton));
        services.TryAdd(new ServiceDescriptor(typeof(INatsSvcDiscovery), key, (provider, _) => Connection(provider, key).CreateServiceDiscovery(), ServiceLifetime.Singleton));
        return services;
    }

    private static INatsConnection Connection(IServiceProvider provider, object? key) =>
        key is null ? provider.GetRequiredService<INatsConnection>() : provider.GetRequiredKeyedService<INatsConnection>(key);
}
