using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Earshot.Hosting.Connections;

/// <summary>
/// One key under which connections are registered, with the settings of the registration. It holds no connection: the same services may be
/// built several times. Everything that is added for the same key finds the same object.
/// </summary>
internal sealed class NatsRegistration
{
    private readonly List<Type> _listeners = [];
    private readonly List<ServiceDescriptor> _connections = []; // those of the services whose lifetime depends on IsPool
    private bool _isAdded;

    /// <summary>The section of the connection without a key. By default those of the others are below it.</summary>
    public const string DefaultSection = "Nats";

    public NatsRegistration(object? key)
    {
        Key = key;
        OptionsName = key switch
        {
            null => Options.DefaultName,
            string text => text,
            _ => $"{key.GetType().FullName}:{key}",
        };
        Section = key is null ? DefaultSection : $"{DefaultSection}:{key}";
        ConnectionStringName = key?.ToString() ?? "nats";
    }

    public object? Key { get; }

    public string OptionsName { get; }

    public string Section { get; set; }

    public string ConnectionStringName { get; set; }

    public Func<IServiceProvider, int> PoolSize { get; set; } = static _ => 1;

    /// <summary>There may be several connections, so each resolution asks for the next one.</summary>
    public bool IsPool { get; set; }

    /// <summary>The types of the listeners, which are services.</summary>
    public IReadOnlyList<Type> Listeners => _listeners;

    /// <summary>The connection has to be there before it is used: a health check or a subscriber depends on it.</summary>
    public bool IsNeededOnStart { get; set; }

    /// <summary>A health check reads the facts that are collected for it.</summary>
    public bool HasHealthCheck { get; set; }

    /// <summary>Adds a listener as a singleton service, unless the application has registered the type itself.</summary>
    public void AddListener<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] T>(IServiceCollection services)
        where T : class, INatsConnectionListener
    {
        services.TryAddSingleton<T>();
        if (!_listeners.Contains(typeof(T)))
        {
            _listeners.Add(typeof(T));
        }
    }

    /// <summary>Registers the types that applications resolve. The last registration of a key decides, as everywhere in the container.</summary>
    public void AddServices(IServiceCollection services)
    {
        if (_isAdded)
        {
            ReplaceConnections(services);
            return;
        }

        _isAdded = true;
        _connections.AddRange([Connection(typeof(NatsConnection)), Connection(typeof(INatsConnection)), Connection(typeof(INatsClient))]);
        _connections.ForEach(services.Add);
        services.Add(new ServiceDescriptor(typeof(INatsConnectionPool), Key, (provider, _) => PoolOf(provider), ServiceLifetime.Singleton));
    }

    // In their places, so that what the application has registered after them still decides; what it has removed stays removed.
    private void ReplaceConnections(IServiceCollection services)
    {
        for (int i = 0; i < _connections.Count; i++)
        {
            if (_connections[i].Lifetime != Lifetime && services.IndexOf(_connections[i]) is >= 0 and int at)
            {
                services[at] = _connections[i] = Connection(_connections[i].ServiceType);
            }
        }
    }

    // One connection is a singleton. Several are transient, because each resolution asks for the next one; disposing what is resolved does nothing.
    private ServiceLifetime Lifetime => IsPool ? ServiceLifetime.Transient : ServiceLifetime.Singleton;

    private ServiceDescriptor Connection(Type type) => new(type, Key, (provider, _) => PoolOf(provider).Next(), Lifetime);

    private HostedPool PoolOf(IServiceProvider provider) => provider.GetRequiredService<HostedConnections>().Of(this);
}
