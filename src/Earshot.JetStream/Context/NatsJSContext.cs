using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;
using Earshot.JetStream.Consuming;
using Earshot.JetStream.Context;
using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;
using Earshot.Protocol;

namespace Earshot.JetStream;

/// <summary>JetStream on a connection. Validates arguments and delegates. A context is cheap and holds no resources. Safe for use from any thread.</summary>
public class NatsJSContext : INatsJSContext
{
    private readonly ContextParts _parts;
    private readonly StreamCalls _streams;
    private readonly ConsumerCalls _consumers;
    private readonly ConsumerCreation _creation;
    private readonly PublishCalls _publishes;

    /// <summary>Initializes a context with default options.</summary>
    /// <param name="connection">
    /// A connection or client of Earshot, or an object whose <see cref="INatsClient.Connection"/> is one. With any other connection, the first
    /// call throws <see cref="NotSupportedException"/>.
    /// </param>
    public NatsJSContext(INatsConnection connection)
        : this(connection, new NatsJSOpts(connection is null ? throw new ArgumentNullException(nameof(connection)) : connection.Opts ?? NatsOpts.Default))
    {
    }

    /// <summary>Initializes a context with the given options.</summary>
    /// <param name="connection">The connection, as for the other constructor.</param>
    /// <param name="opts">The options of the context.</param>
    public NatsJSContext(INatsConnection connection, NatsJSOpts opts)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(opts);
        (Connection, Opts) = (connection, opts);
        _parts = new ContextParts(connection, opts);
        _streams = new StreamCalls(_parts);
        _consumers = new ConsumerCalls(_parts);
        _creation = new ConsumerCreation(_parts);
        _publishes = new PublishCalls(_parts);
    }

    /// <inheritdoc/>
    public INatsConnection Connection { get; }

    /// <inheritdoc/>
    public NatsJSOpts Opts { get; }

    /// <summary>The port of this context for extensions.</summary>
    [ForExtensions]
    internal JetStreamPort Port => new(_parts, _publishes);

    /// <inheritdoc/>
    public ValueTask<PubAckResponse> PublishAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default) =>
        _publishes.PublishAsync(new PublishRequest<T>(subject, data, serializer, opts ?? NatsJSPubOpts.Default, headers), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<NatsResult<PubAckResponse>> TryPublishAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await PublishAsync(subject, data, serializer, opts, headers, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            return e;
        }
    }

    /// <inheritdoc/>
    public ValueTask<NatsJSPublishConcurrentFuture> PublishConcurrentAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default) =>
        new(new NatsJSPublishConcurrentFuture(PublishAsync(subject, data, serializer, opts, headers, cancellationToken).AsTask()));

    /// <inheritdoc/>
    public NatsJSPublisher CreatePublisher(NatsJSPublisherOpts? opts = null) => new(_publishes, opts ?? NatsJSPublisherOpts.Default);

    /// <inheritdoc/>
    public ValueTask<AccountInfoResponse> GetAccountInfoAsync(CancellationToken cancellationToken = default) => _streams.AccountAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<INatsJSStream> CreateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default) =>
        Stream(await _streams.CreateAsync(config, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<INatsJSStream> CreateOrUpdateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default) =>
        Stream(await _streams.CreateOrUpdateAsync(config, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<NatsJSStream> UpdateStreamAsync(StreamConfig request, CancellationToken cancellationToken = default) =>
        Stream(await _streams.UpdateAsync(request, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<INatsJSStream> GetStreamAsync(string stream, StreamInfoRequest? request = null, CancellationToken cancellationToken = default) =>
        Stream(await _streams.InfoAsync(stream, request, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public ValueTask<bool> DeleteStreamAsync(string stream, CancellationToken cancellationToken = default) => _streams.DeleteAsync(stream, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StreamPurgeResponse> PurgeStreamAsync(string stream, StreamPurgeRequest request, CancellationToken cancellationToken = default) =>
        _streams.PurgeAsync(stream, request, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StreamMsgDeleteResponse> DeleteMessageAsync(string stream, StreamMsgDeleteRequest request, CancellationToken cancellationToken = default) =>
        _streams.DeleteMessageAsync(stream, request, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<INatsJSStream> ListStreamsAsync(string? subject = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (StreamInfo info in _streams.ListAsync(subject, cancellationToken).ConfigureAwait(false))
        {
            yield return Stream(info);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListStreamNamesAsync(string? subject = null, CancellationToken cancellationToken = default) =>
        _streams.NamesAsync(subject, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<INatsJSConsumer> CreateOrUpdateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default) =>
        Consumer(await _creation.CreateAsync(stream, config, ConsumerCreateAction.CreateOrUpdate, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<INatsJSConsumer> CreateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default) =>
        Consumer(await _creation.CreateAsync(stream, config, ConsumerCreateAction.Create, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<INatsJSConsumer> UpdateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default) =>
        Consumer(await _creation.CreateAsync(stream, config, ConsumerCreateAction.Update, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<INatsJSConsumer> GetConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default) =>
        Consumer(await _consumers.InfoAsync(stream, consumer, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public async ValueTask<INatsJSConsumer> CreateOrderedConsumerAsync(string stream, NatsJSOrderedConsumerOpts? opts = null, CancellationToken cancellationToken = default)
    {
        await _streams.InfoAsync(stream, null, cancellationToken).ConfigureAwait(false);
        return new NatsJSOrderedConsumer(_parts, stream, opts ?? NatsJSOrderedConsumerOpts.Default);
    }

    /// <inheritdoc/>
    public ValueTask<INatsJSPushConsumer> CreatePushConsumerAsync(string stream, NatsJSPushConsumerOpts? opts = null, CancellationToken cancellationToken = default) =>
        PushConsumerAsync(new PushStarter(_parts).CreateAsync(stream, opts ?? NatsJSPushConsumerOpts.Default, ConsumerCreateAction.Create, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<INatsJSPushConsumer> CreateOrUpdatePushConsumerAsync(string stream, NatsJSPushConsumerOpts? opts = null, CancellationToken cancellationToken = default) =>
        PushConsumerAsync(new PushStarter(_parts).CreateAsync(stream, opts ?? NatsJSPushConsumerOpts.Default, ConsumerCreateAction.CreateOrUpdate, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<INatsJSPushConsumer> GetPushConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default) =>
        PushConsumerAsync(new PushStarter(_parts).GetAsync(stream, consumer, cancellationToken));

    /// <inheritdoc/>
    public async IAsyncEnumerable<INatsJSConsumer> ListConsumersAsync(string stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (ConsumerInfo info in _consumers.ListAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return Consumer(info);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListConsumerNamesAsync(string stream, CancellationToken cancellationToken = default) => _consumers.NamesAsync(stream, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> DeleteConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default) =>
        _consumers.DeleteAsync(stream, consumer, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConsumerPauseResponse> PauseConsumerAsync(string stream, string consumer, DateTimeOffset pauseUntil, CancellationToken cancellationToken = default) =>
        _consumers.PauseAsync(stream, consumer, pauseUntil, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> ResumeConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default) =>
        !(await _consumers.PauseAsync(stream, consumer, null, cancellationToken).ConfigureAwait(false)).IsPaused;

    /// <inheritdoc/>
    public ValueTask UnpinConsumerAsync(string stream, string consumer, string group, CancellationToken cancellationToken = default) =>
        _consumers.UnpinAsync(stream, consumer, group, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConsumerResetResponse> ResetConsumerAsync(string stream, string consumer, ulong seq = 0, CancellationToken cancellationToken = default) =>
        _consumers.ResetAsync(stream, consumer, seq, cancellationToken);

    /// <inheritdoc/>
    public string NewBaseInbox() => Connection.NewInbox();

    /// <inheritdoc/>
    public async ValueTask<TResponse> JSRequestResponseAsync<TRequest, TResponse>(string subject, TRequest? request, CancellationToken cancellationToken = default)
        where TRequest : class
        where TResponse : class
    {
        ArgumentNullException.ThrowIfNull(subject);
        JsonTypeInfo<TResponse> answer = Model<TResponse>();
        var call = new ApiCall(subject, ApiCallKind.Once) { Body = StreamCalls.Body(request, Model<TRequest>()) };
        return await _parts.Api.CallAsync(call, answer, cancellationToken).ConfigureAwait(false);
    }

    private static JsonTypeInfo<T> Model<T>() => ModelJson.Default.GetTypeInfo(typeof(T)) as JsonTypeInfo<T>
        ?? throw new NotSupportedException($"{typeof(T).Name} is not a model of the JetStream API in this package.");

    private NatsJSStream Stream(StreamInfo info) => new(this, _streams, info);

    private async ValueTask<INatsJSPushConsumer> PushConsumerAsync(ValueTask<(ConsumerInfo Info, PushReads Reads)> preparing)
    {
        (ConsumerInfo info, PushReads reads) = await preparing.ConfigureAwait(false);
        return new NatsJSPushConsumer(_parts, info, reads);
    }

    private NatsJSConsumer Consumer(ConsumerInfo info) => new(_parts, info);
}
