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
    private Task _abandoned = Task.CompletedTask; // completes when the connections have ended whose creation failed
    private int _listeners; // those that were added; written by the thread that adds them
    private bool _isAddingListeners;
    private bool _isEnded;
    private string _step = ""; // what may run code of the application while the connections are created
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
        if (_lock.IsHeldByCurrentThread)
        {
            throw new InvalidOperationException(
                $"The NATS connection was resolved by {_step} while it is created. Resolve it when it is first used; ConfigureConnection receives it as a parameter, and a listener (AddNatsListener) or a hosted service can take it in its constructor.");
        }

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
        Task abandoned;
        lock (_lock)
        {
            _isEnded = true;
            (all, abandoned) = (_connections ?? [], _abandoned);
        }

        await Task.WhenAll([abandoned, EndAsync(all)]).ConfigureAwait(false);
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private HostedConnection[] Create()
    {
        _step = "a step of the options (ConfigureOptions)";
        NatsOptsBuilder built = provider.GetRequiredService<IOptionsMonitor<NatsOptsBuilder>>().Get(registration.OptionsName);
        NatsOpts opts = built.Opts;
        _step = "a logger provider";
        if (opts.LoggerFactory is NullLoggerFactory && provider.GetService<ILoggerFactory>() is { } loggers)
        {
            opts = opts with { LoggerFactory = loggers };
        }

        _step = "the pool size (WithPoolSize)";
        int size = Math.Max(1, registration.PoolSize(provider));
        List<HostedConnection> all = new(size);
        try
        {
            for (int i = 0; i < size; i++)
            {
                var connection = new HostedConnection(size == 1 ? opts : opts with { Name = $"{opts.Name} #{i + 1}" }, registration.HasHealthCheck);
                all.Add(connection);
                _step = "an extension that observes connections";
                foreach (IHostedConnectionObserver observer in provider.GetServices<IHostedConnectionObserver>())
                {
                    observer.Created(connection);
                }

                _step = "ConfigureConnection";
                built.ConfigureConnection?.Invoke(provider, connection);
            }
        }
        catch
        {
            _abandoned = Task.WhenAll(_abandoned, EndAsync(all)); // the next call creates others
            throw;
        }

        return [.. all];
    }

    private static Task EndAsync(IEnumerable<HostedConnection> connections) => Task.WhenAll(connections.Select(static connection => connection.EndAsync().AsTask()));

    // After the connections, because a listener may ask for a connection in its constructor: that call finds them created. A listener that cannot
    // be created is created by the next call.
    private void AddListeners(HostedConnection[] all)
    {
        lock (_lock)
        {
            if (_isAddingListeners || _listeners == registration.Listeners.Count)
            {
                return;
            }

            _isAddingListeners = true;
        }

        try
        {
            for (; _listeners < registration.Listeners.Count; _listeners++)
            {
                AddListener((INatsConnectionListener)provider.GetRequiredService(registration.Listeners[_listeners]), all);
            }
        }
        finally
        {
            lock (_lock)
            {
                _isAddingListeners = false;
            }
        }
    }

    // To all of them or to none: its filter is code of the application.
    private static void AddListener(INatsConnectionListener listener, HostedConnection[] all)
    {
        List<IDisposable> added = new(all.Length);
        try
        {
            foreach (HostedConnection connection in all)
            {
                added.Add(connection.Events.Add(listener, NatsReplay.All));
            }
        }
        catch
        {
            added.ForEach(static one => one.Dispose());
            throw;
        }
    }
}
