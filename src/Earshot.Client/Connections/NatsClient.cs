namespace Earshot;

/// <summary>The short way to use NATS: a connection with sensible defaults and JSON for everything that is not bytes or text.</summary>
public class NatsClient : INatsClient
{
    private readonly NatsConnection _connection;

    /// <summary>Makes a client; it connects with its first use or with <see cref="ConnectAsync()"/>.</summary>
    /// <param name="url">One URL or several, comma-separated.</param>
    /// <param name="name">Name of the connection in the server's monitoring.</param>
    /// <param name="credsFile">Path of a .creds file, read anew at every attempt; null: none.</param>
    /// <exception cref="ArgumentException">A URL is not valid.</exception>
    public NatsClient(string url = "nats://localhost:4222", string name = "Earshot .NET client", string? credsFile = null)
        : this(new NatsOpts { Url = url, Name = name, AuthOpts = new NatsAuthOpts { CredsFile = credsFile } })
    {
    }

    /// <summary>Makes a client from options; without a registry of its own it also speaks JSON.</summary>
    /// <param name="opts">The options.</param>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public NatsClient(NatsOpts opts)
    {
        ArgumentNullException.ThrowIfNull(opts);
        bool hasRegistry = !ReferenceEquals(opts.SerializerRegistry, NatsDefaultSerializerRegistry.Default);
        _connection = new NatsConnection(hasRegistry ? opts : opts with { SerializerRegistry = NatsClientDefaultSerializerRegistry.Default });
    }

    /// <inheritdoc/>
    public INatsConnection Connection => _connection;

    /// <inheritdoc/>
    public ValueTask ConnectAsync() => _connection.ConnectAsync(CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask ConnectAsync(CancellationToken cancellationToken) => _connection.ConnectAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default) => _connection.PingAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask PublishAsync<T>(string subject, T data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        _connection.PublishAsync(subject, data, headers, replyTo, serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask PublishAsync(string subject, NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default) =>
        _connection.PublishAsync(subject, headers, replyTo, opts, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<NatsMsg<T>> SubscribeAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default) =>
        _connection.SubscribeAsync(subject, queueGroup, serializer, opts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NatsMsg<TReply>> RequestAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default) =>
        _connection.RequestAsync(subject, data, headers, requestSerializer, replySerializer, requestOpts, replyOpts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<NatsMsg<TReply>> RequestAsync<TReply>(string subject, INatsDeserialize<TReply>? replySerializer = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default) =>
        _connection.RequestAsync(subject, replySerializer, replyOpts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask ReconnectAsync() => _connection.ReconnectAsync(CancellationToken.None);

    /// <inheritdoc/>
    public ValueTask ReconnectAsync(CancellationToken cancellationToken) => _connection.ReconnectAsync(cancellationToken);

    /// <inheritdoc cref="NatsConnection.DisposeAsync"/>
    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }
}
