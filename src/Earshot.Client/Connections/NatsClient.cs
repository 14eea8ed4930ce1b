namespace Earshot;

/// <summary>A NATS client with default serializers that include JSON for every type that is neither bytes nor a primitive.</summary>
/// <remarks>Thread-safe. It owns one <see cref="NatsConnection"/>, which it disposes.</remarks>
public class NatsClient : INatsClient
{
    private readonly NatsConnection _connection;

    /// <summary>Creates a client. It connects with its first operation or with <see cref="ConnectAsync()"/>.</summary>
    /// <param name="url">One URL or several, separated by commas.</param>
    /// <param name="name">The name of the connection in the monitoring of the server.</param>
    /// <param name="credsFile">The path of a .creds file, which is read at every attempt; null: none.</param>
    /// <exception cref="ArgumentException">A URL is not valid.</exception>
    public NatsClient(string url = "nats://localhost:4222", string name = "Earshot .NET client", string? credsFile = null)
        : this(new NatsOpts { Url = url, Name = name, AuthOpts = new NatsAuthOpts { CredsFile = credsFile } })
    {
    }

    /// <summary>Creates a client from options. The default serializer registry is replaced by one that includes JSON.</summary>
    /// <param name="opts">The options of the connection.</param>
    /// <exception cref="ArgumentException">An option or URL is not valid.</exception>
    /// <exception cref="NatsCredentialsException">A seed, JWT or creds text in the options is not valid.</exception>
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
