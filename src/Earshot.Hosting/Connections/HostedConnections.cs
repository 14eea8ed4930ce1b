using System.Collections.Concurrent;
using Earshot.Protocol;

namespace Earshot.Hosting.Connections;

/// <summary>The pools of all registrations. It is a singleton, so that the container closes the connections when it is disposed.</summary>
internal sealed class HostedConnections(IServiceProvider provider) : IAsyncDisposable, IDisposable
{
    private readonly ConcurrentDictionary<NatsRegistration, HostedPool> _pools = new();
    private volatile bool _isStopping;

    /// <summary>Whether the host stops: what is subscribed from then on would not be drained.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>The pools that were asked for so far.</summary>
    public IEnumerable<HostedPool> Used => _pools.Values;

    /// <summary>The connections of all registrations that exist at this moment. Reading it creates none.</summary>
    [ForExtensions]
    public IEnumerable<INatsConnection> Existing => _pools.Values.OrderBy(static pool => pool.Registration.OptionsName, StringComparer.Ordinal).SelectMany(static pool => pool.Created);

    /// <summary>The pool of a registration, with or without connections.</summary>
    public HostedPool Of(NatsRegistration registration) =>
        _pools.GetOrAdd(registration, static (key, services) => new HostedPool(key, services), provider);

    /// <summary>The host stops, before anything is drained.</summary>
    public void BeginStop() => _isStopping = true;

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_pools.Values.Select(static pool => pool.DisposeAsync().AsTask())).ConfigureAwait(false);

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
