namespace Earshot;

/// <summary>Several connections that are handed out in turn. Safe for use from any thread; each connects with its first use.</summary>
public sealed class NatsConnectionPool : INatsConnectionPool
{
    private readonly NatsConnection[] _connections;
    private uint _next;

    /// <summary>Makes a pool with one connection for every two processors.</summary>
    public NatsConnectionPool()
        : this(NatsOpts.Default)
    {
    }

    /// <summary>Makes a pool with default options.</summary>
    /// <param name="poolSize">How many connections; at least one.</param>
    public NatsConnectionPool(int poolSize)
        : this(poolSize, NatsOpts.Default)
    {
    }

    /// <summary>Makes a pool with one connection for every two processors.</summary>
    /// <param name="opts">The options of each.</param>
    public NatsConnectionPool(NatsOpts opts)
        : this(Math.Max(1, Environment.ProcessorCount / 2), opts)
    {
    }

    /// <summary>Makes a pool.</summary>
    /// <param name="poolSize">How many connections; at least one.</param>
    /// <param name="opts">The options of each; the names get a number.</param>
    public NatsConnectionPool(int poolSize, NatsOpts opts)
        : this(poolSize, opts, static _ => { })
    {
    }

    /// <summary>Makes a pool.</summary>
    /// <param name="poolSize">How many connections; at least one.</param>
    /// <param name="opts">The options of each; the names get a number.</param>
    /// <param name="configureConnection">Called once for each before it is handed out.</param>
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

    /// <summary>Closes all connections at the same time.</summary>
    /// <returns>Completes when all are closed.</returns>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_connections.Select(static connection => connection.DisposeAsync().AsTask())).ConfigureAwait(false);
}
