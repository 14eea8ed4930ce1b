using Earshot.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Earshot.Hosting.Connections;

/// <summary>The connections of one registration, created at the first use, handed out in turn, and closed with the services. Thread-safe.</summary>
internal sealed class HostedPool(NatsRegistration registration, IServiceProvider provider) : INatsConnectionPool, IDisposable
{
    private readonly Lock _lock = new();
    private HostedConnection[]? _connections;
    private bool _hasListeners;
    private bool _isEnded;
    private uint _next;

    public NatsRegistration Registration => registration;

    /// <summary>Those that were created so far; none before the first use.</summary>
    public IReadOnlyList<HostedConnection> Created
    {
        get
        {
            lock (_lock)
            {
                return _connections ?? [];
            }
        }
    }

    public HostedConnection Next()
    {
        HostedConnection[] all = All();
        return all[(Interlocked.Increment(ref _next) - 1) % (uint)all.Length];
    }

    public INatsConnection GetConnection() => Next();

    public IEnumerable<INatsConnection> GetConnections() => All();

    /// <summary>All connections; created by the first call.</summary>
    public HostedConnection[] All()
    {
        HostedConnection[] all;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isEnded, typeof(INatsConnectionPool));
            all = _connections ??= Create();
        }

        AddListeners(all);
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        HostedConnection[] all;
        lock (_lock)
        {
            _isEnded = true;
            all = _connections ?? [];
        }

        await Task.WhenAll(all.Select(static connection => connection.EndAsync().AsTask())).ConfigureAwait(false);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private HostedConnection[] Create()
    {
        NatsOptsBuilder built = provider.GetRequiredService<IOptionsMonitor<NatsOptsBuilder>>().Get(registration.OptionsName);
        NatsOpts opts = built.Opts;
        if (opts.LoggerFactory is NullLoggerFactory && provider.GetService<ILoggerFactory>() is { } loggers)
        {
            opts = opts with { LoggerFactory = loggers };
        }

        int size = Math.Max(1, registration.PoolSize(provider));
        var all = new HostedConnection[size];
        for (int i = 0; i < size; i++)
        {
            all[i] = new HostedConnection(size == 1 ? opts : opts with { Name = $"{opts.Name} #{i + 1}" }, registration.HasHealthCheck);
            foreach (IHostedConnectionObserver observer in provider.GetServices<IHostedConnectionObserver>())
            {
                observer.Created(all[i]);
            }

            built.ConfigureConnection?.Invoke(provider, all[i]);
        }

        return all;
    }

    // After the connections, because a listener may ask for a connection in its constructor: that call finds them created.
    private void AddListeners(HostedConnection[] all)
    {
        lock (_lock)
        {
            if (_hasListeners)
            {
                return;
            }

            _hasListeners = true;
        }

        foreach (Type type in registration.Listeners)
        {
            var listener = (INatsConnectionListener)provider.GetRequiredService(type);
            foreach (HostedConnection connection in all)
            {
                connection.Events.Add(listener, NatsReplay.All);
            }
        }
    }
}
