using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Earshot.JetStream;

/// <summary>Registers JetStream contexts with the services of an application.</summary>
public static class NatsJSServiceCollectionExtensions
{
    /// <summary>Registers <see cref="INatsJSContext"/> as a singleton on the registered connection.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Receives the default options and returns those to use; null: the defaults.</param>
    /// <param name="key">The key of the connection, and of the context; null: none.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddNatsJetStream(this IServiceCollection services, Func<NatsJSOpts, NatsJSOpts>? configure = null, object? key = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAdd(new ServiceDescriptor(typeof(INatsJSContext), key, (provider, _) => Create(Connection(provider, key), configure), ServiceLifetime.Singleton));
        return services;
    }

    private static INatsConnection Connection(IServiceProvider provider, object? key) =>
        key is null ? provider.GetRequiredService<INatsConnection>() : provider.GetRequiredKeyedService<INatsConnection>(key);

    private static INatsJSContext Create(INatsConnection connection, Func<NatsJSOpts, NatsJSOpts>? configure)
    {
        var opts = new NatsJSOpts(connection.Opts);
        return connection.CreateJetStreamContext(configure is null ? opts : configure(opts));
    }
}
