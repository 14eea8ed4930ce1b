using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Earshot.Hosting;

/// <summary>
/// Registers connections with the services of an application. The options are composed in this order, each step over the one before: the
/// defaults, the section <c>Nats</c>, the connection string <c>nats</c>, and the steps of code in the order of the calls.
/// </summary>
/// <remarks>
/// <see cref="INatsConnection"/>, <see cref="INatsClient"/>, <see cref="NatsConnection"/> and <see cref="INatsConnectionPool"/> can be resolved. There is
/// one connection for each key, for as long as the host runs, however many scopes resolve it. Disposing a resolved connection does nothing. The options are
/// checked when the host starts; what is wrong is an <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> that names the configuration key.
/// </remarks>
public static class NatsHostingExtensions
{
    /// <summary>Registers one connection, or several that are handed out in turn.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="poolSize">The number of connections, at least 1.</param>
    /// <param name="configureOpts">Receives the options from configuration and returns those to use; null: they stay as they are.</param>
    /// <param name="configureConnection">Called once for each connection, before it is returned for the first time; null: nothing.</param>
    /// <param name="key">The key of the registration; null: none.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="poolSize"/> is below 1.</exception>
    public static IServiceCollection AddNats(this IServiceCollection services, int poolSize = 1, Func<NatsOpts, NatsOpts>? configureOpts = null, Action<NatsConnection>? configureConnection = null, object? key = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.AddNats(builder =>
        {
            if (poolSize != 1)
            {
                builder.WithPoolSize(poolSize);
            }

            if (key is not null)
            {
                builder.WithKey(key);
            }

            if (configureOpts is not null)
            {
                builder.ConfigureOptions(configureOpts);
            }

            if (configureConnection is not null)
            {
                builder.ConfigureConnection(configureConnection);
            }
        });
    }

    /// <summary>Registers one connection, or several that are handed out in turn.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Changes the registration.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddNats(this IServiceCollection services, Action<NatsBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new NatsBuilder(services);
        configure(builder);
        builder.Register();
        return services;
    }

    /// <summary>Registers one connection with a name from configuration: the host application's <c>ConnectionStrings:nats</c>, and the section <c>Nats</c>.</summary>
    /// <param name="builder">The builder of the application.</param>
    /// <param name="connectionName">The name of the connection string with the servers.</param>
    /// <param name="configure">Changes the registration; null: nothing.</param>
    /// <returns>The builder.</returns>
    public static IHostApplicationBuilder AddNats(this IHostApplicationBuilder builder, string connectionName = "nats", Action<NatsBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionName);
        builder.Services.AddNats(nats =>
        {
            nats.WithConnectionString(connectionName);
            configure?.Invoke(nats);
        });
        return builder;
    }

    /// <summary>Registers one connection; the same as <see cref="AddNats(IServiceCollection, Action{NatsBuilder})"/>.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="buildAction">Changes the registration; null: nothing.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddNatsClient(this IServiceCollection services, Action<NatsBuilder>? buildAction = null) =>
        services.AddNats(buildAction ?? (static _ => { }));

    /// <summary>Registers one connection under a key. Its section is <c>Nats:key</c>, and its connection string has the name of the key.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="key">The key, for <c>[FromKeyedServices(key)]</c>.</param>
    /// <param name="configure">Changes the registration; null: nothing.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddKeyedNats(this IServiceCollection services, object key, Action<NatsBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        return services.AddNats(nats =>
        {
            nats.WithKey(key);
            configure?.Invoke(nats);
        });
    }

    /// <summary>Adds a listener for the events of a connection, from the first event on. It is a singleton with the services that its constructor asks for.</summary>
    /// <typeparam name="T">Type of the listener; its <see cref="INatsConnectionListener.Filter"/> selects the events.</typeparam>
    /// <param name="services">The services of the application.</param>
    /// <param name="key">The key of the connection; null: the connection without a key.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddNatsListener<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(this IServiceCollection services, object? key = null)
        where T : class, INatsConnectionListener
    {
        ArgumentNullException.ThrowIfNull(services);
        NatsRegistrations.For(services, key).AddListener<T>(services);
        return services;
    }
}
