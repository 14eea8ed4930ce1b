using System.Threading.Channels;
using Earshot.Hosting.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Earshot.Hosting;

/// <summary>Settings of one registration of a connection. Not thread-safe.</summary>
/// <param name="services">The services that the connection is added to.</param>
public sealed class NatsBuilder(IServiceCollection services)
{
    private readonly List<Action<NatsRegistration>> _settings = [];
    private object? _key;

    /// <summary>Sets the number of connections. They are handed out in turn.</summary>
    /// <param name="size">The number of connections, at least 1. Default: 1.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="size"/> is below 1.</exception>
    public NatsBuilder WithPoolSize(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        return With(registration => (registration.PoolSize, registration.IsPool) = (_ => size, size > 1));
    }

    /// <summary>Sets the number of connections when the first one is created. They are handed out in turn.</summary>
    /// <param name="sizeConfigurer">Returns the number of connections, at least 1.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder WithPoolSize(Func<IServiceProvider, int> sizeConfigurer)
    {
        ArgumentNullException.ThrowIfNull(sizeConfigurer);
        return With(registration => (registration.PoolSize, registration.IsPool) = (sizeConfigurer, true));
    }

    /// <summary>Changes the options, after configuration and earlier steps.</summary>
    /// <param name="configure">Receives the options builder of this registration.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder ConfigureOptions(Action<OptionsBuilder<NatsOptsBuilder>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return With(registration => configure(services.AddOptions<NatsOptsBuilder>(registration.OptionsName)));
    }

    /// <summary>Changes the options, after configuration and earlier steps.</summary>
    /// <param name="optsFactory">Receives the options so far and returns those to use.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder ConfigureOptions(Func<NatsOpts, NatsOpts> optsFactory)
    {
        ArgumentNullException.ThrowIfNull(optsFactory);
        return ConfigureOptions((_, opts) => optsFactory(opts));
    }

    /// <summary>Changes the options with services, after configuration and earlier steps.</summary>
    /// <param name="optsFactory">Receives the services and the options so far, and returns those to use.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder ConfigureOptions(Func<IServiceProvider, NatsOpts, NatsOpts> optsFactory)
    {
        ArgumentNullException.ThrowIfNull(optsFactory);
        return ConfigureOptions(options => options.Configure<IServiceProvider>((builder, provider) => builder.Opts = optsFactory(provider, builder.Opts)));
    }

    /// <summary>Configures each connection with services, before it is returned for the first time.</summary>
    /// <param name="configureConnection">Receives the services and the connection.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder ConfigureConnection(Action<IServiceProvider, NatsConnection> configureConnection)
    {
        ArgumentNullException.ThrowIfNull(configureConnection);
        return ConfigureOptions(options => options.Configure(builder => builder.ConfigureConnection += configureConnection));
    }

    /// <summary>Configures each connection, before it is returned for the first time.</summary>
    /// <param name="configureConnection">Receives the connection.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder ConfigureConnection(Action<NatsConnection> configureConnection)
    {
        ArgumentNullException.ThrowIfNull(configureConnection);
        return ConfigureConnection((_, connection) => configureConnection(connection));
    }

    /// <summary>Sets the key of the registration. Its connections are resolved with <c>[FromKeyedServices(key)]</c>.</summary>
    /// <param name="key">The key.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder WithKey(object key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
        return this;
    }

    /// <summary>Sets what happens to a message that exceeds the limits of its subscription.</summary>
    /// <param name="pending">The value of <see cref="NatsOpts.SubPendingChannelFullMode"/>.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder WithSubPendingChannelFullMode(BoundedChannelFullMode pending) =>
        ConfigureOptions(opts => opts with { SubPendingChannelFullMode = pending });

    /// <summary>Sets <see cref="NatsOpts.SerializerRegistry"/>. Default: bytes, primitives and JSON.</summary>
    /// <param name="registry">The registry.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder WithSerializerRegistry(INatsSerializerRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return ConfigureOptions(opts => opts with { SerializerRegistry = registry });
    }

    /// <summary>Sets the section of the configuration. Default: <c>Nats</c>, or <c>Nats:key</c> for a keyed registration.</summary>
    /// <param name="section">The path of the section.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder WithSection(string section)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(section);
        return With(registration => registration.Section = section);
    }

    /// <summary>Sets the name of the connection string with the servers. Default: <c>nats</c>, or the key of a keyed registration.</summary>
    /// <param name="name">The name below <c>ConnectionStrings</c>.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder WithConnectionString(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return With(registration => registration.ConnectionStringName = name);
    }

    /// <summary>Sets whether the host connects when it starts.</summary>
    /// <param name="mode">Whether it waits for the connection, and fails without one. Default: it waits.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder ConnectOnStart(NatsConnectOnStart mode = NatsConnectOnStart.Required) => ConfigureHost(host => host.ConnectOnStart = mode);

    /// <summary>Sets what the host does with the connection when it starts and stops.</summary>
    /// <param name="configure">Changes the options.</param>
    /// <returns>This builder.</returns>
    public NatsBuilder ConfigureHost(Action<NatsHostOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return With(registration => services.Configure(registration.OptionsName, configure));
    }

    /// <summary>Adds a listener for the events of the connection. It is a singleton with the services that its constructor asks for.</summary>
    /// <typeparam name="T">Type of the listener.</typeparam>
    /// <returns>This builder.</returns>
    public NatsBuilder AddListener<[System.Diagnostics.CodeAnalysis.DynamicallyAccessedMembers(System.Diagnostics.CodeAnalysis.DynamicallyAccessedMemberTypes.PublicConstructors)] T>()
        where T : class, INatsConnectionListener =>
        With(registration => registration.AddListener<T>(services));

    /// <summary>Registers what was set.</summary>
    internal NatsRegistration Register()
    {
        NatsRegistration registration = NatsRegistrations.For(services, _key);
        foreach (Action<NatsRegistration> setting in _settings)
        {
            setting(registration);
        }

        registration.AddServices(services);
        return registration;
    }

    private NatsBuilder With(Action<NatsRegistration> setting)
    {
        _settings.Add(setting);
        return this;
    }
}
