namespace Earshot;

/// <summary>A pool of connections that are returned in rotation. Thread-safe; each connection connects with its first operation.</summary>
public sealed class NatsConnectionPool : INatsConnectionPool
{
    private readonly NatsConnection[] _connections;
    private uint _next;

    /// <summary>Creates a pool with default options and one connection for every two processors.</summary>
    public NatsConnectionPool()
        : this(NatsOpts.Default)
    {
    }

    /// <summary>Creates a pool of a given size with default options.</summary>
    /// <param name="poolSize">The number of connections, at least 1.</param>
    public NatsConnectionPool(int poolSize)
        : this(poolSize, NatsOpts.Default)
    {
    }

    /// <summary>Creates a pool with one connection for every two processors.</summary>
    /// <param name="opts">The options of each connection.</param>
    public NatsConnectionPool(NatsOpts opts)
        : this(Math.Max(1, Environment.ProcessorCount / 2), opts)
    {
    }

    /// <summary>Creates a pool of a given size.</summary>
    /// <param name="poolSize">The number of connections, at least 1.</param>
    /// <param name="opts">The options of each connection; a number is added to the names.</param>
    public NatsConnectionPool(int poolSize, NatsOpts opts)
        : this(poolSize, opts, static _ => { })
    {
    }

    /// <summary>Creates a pool of a given size and configures each connection.</summary>
    /// <param name="poolSize">The number of connections, at least 1.</param>
    /// <param name="opts">The options of each connection; a number is added to the names.</param>
    /// <param name="configureConnection">Called once for each connection, before it is returned for the first time.</param>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public NatsConnectionPool(int poolSize, NatsOpts opts, Action<NatsConnection> configureConnection)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(poolSize);
        ArgumentNullException.ThrowIfNull(opts);
        ArgumentNullException.ThrowIfNull(configureConnection);
        _connections = new NatsConnection[poolSize];
        for (int i = 0; i < poolSize; i++)
        {
            _connections[i] = new NatsConnection(opts with { Name = $"{opts.Name} #{i + 1}" });
            configureConnection(_connections[i]);
        }
    }

    /// <inheritdoc/>
    public INatsConnection GetConnection() => _connections[(Interlocked.Increment(ref _next) - 1) % (uint)_connections.Length];

    /// <inheritdoc/>
    public IEnumerable<INatsConnection> GetConnections() => _connections.AsEnumerable();

    /// <summary>Closes all connections of the pool concurrently.</summary>
    /// <returns>A task that completes when all connections are closed.</returns>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_connections.Select(static connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);
}
