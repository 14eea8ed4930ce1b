using Earshot.JetStream.Consuming;
using Earshot.JetStream.Errors;
using Earshot.JetStream.Publishing;
using Earshot.JetStream.Requests;
using Earshot.Protocol;
using Earshot.Serialization;

namespace Earshot.JetStream.Context;

/// <summary>
/// The only entry point of a context for extensions such as Earshot.KeyValueStore: what they need of its parts, and nothing else. It has no
/// state of its own.
/// </summary>
[ForExtensions]
internal sealed class JetStreamPort(ContextParts parts, PublishCalls publishes)
{
    private const int IncompleteBatch = 10176;
    private const int KnownMessageId = 10201;

    private readonly StreamCalls _streams = new(parts);

    public NatsJSOpts Options => parts.Options;

    public TimeProvider Time => parts.Time;

    /// <summary>The source of random numbers of the connection.</summary>
    public Random Random => parts.Port.Random;

    /// <summary>Returns the port of a context. For a context that is not one of Earshot, a context on its connection with its options.</summary>
    public static JetStreamPort Of(INatsJSContext context) =>
        (context as NatsJSContext ?? new NatsJSContext(context.Connection, context.Opts)).Port;

    /// <summary>Returns the port of a context on the same connection with another prefix of the API.</summary>
    public JetStreamPort WithPrefix(INatsConnection connection, string prefix) =>
        new NatsJSContext(connection, new NatsJSOpts(connection.Opts, apiPrefix: prefix, requestTimeout: Options.RequestTimeout) { PublishTimeout = Options.PublishTimeout }).Port;

    /// <summary>Creates the exception for an error of the server.</summary>
    public static NatsJSApiException Fault(ApiError error) => NatsJSApiException.Of(error);

    /// <summary>Returns received headers in their wire format; empty when there are none or they were changed.</summary>
    public static ReadOnlySpan<byte> BlockOf(NatsHeaders? headers) => headers is null ? default : headers.UnchangedBlock;

    /// <summary>Disposes a value that is a pooled owner and is neither written nor returned. Other values are left as they are.</summary>
    public static void Release<T>(T? value) => PayloadForm.Release(value!);

    /// <summary>Waits for a time; fails as soon as the connection ends.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken) => parts.Port.DelayAsync(delay, cancellationToken);

    /// <summary>Appends an event to the journal of the connection.</summary>
    public void Append(NatsConnectionEvent e) => parts.Port.Append(e);

    /// <summary>Publishes a message with this message id. The ack may contain an error.</summary>
    public ValueTask<PubAckResponse> PublishAsync<T>(in StoreWrite<T> write, CancellationToken cancellationToken) =>
        publishes.PublishAsync(new PublishRequest<T>(write.Subject, write.Data, write.Serializer, write.Opts, write.Headers) { MsgId = write.MsgId }, cancellationToken);

    /// <summary>Publishes a message with this message id, and notifies an observer of its outcome.</summary>
    public void Publish<T>(in StoreWrite<T> write, IPublishObserver observer) => publishes.Publish(
        publishes.Prepare(new PublishRequest<T>(write.Subject, write.Data, write.Serializer, write.Opts, write.Headers) { MsgId = write.MsgId }, default), write.Opts, observer);

    /// <inheritdoc cref="INatsJSContext.CreatePublisher"/>
    public NatsJSPublisher CreatePublisher(NatsJSPublisherOpts opts) => new(publishes, opts);

    /// <summary>Creates an atomic batch for a stream. Reads the configuration of the stream first.</summary>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server or the stream does not support atomic batches. Nothing was sent.</exception>
    public async ValueTask<NatsJSBatchPublisher> CreateBatchAsync(string stream, NatsJSBatchFlowControl flow, CancellationToken cancellationToken) =>
        new(parts, await StreamFeatures.RequireAsync(parts, stream, StreamFeature.AtomicBatches, cancellationToken).ConfigureAwait(false), flow);

    /// <summary>Returns whether an atomic batch was rejected temporarily: the stream has stored nothing of it, and the same batch may be stored soon.</summary>
    public static bool IsRefusedForNow(NatsException failure) => failure switch
    {
        NatsJSBatchException batch => batch.Outcome == NatsOutcome.Rejected,
        NatsJSNoStreamException => false,
        NatsJSPublishNoResponseException => true,
        NatsJSApiException api => api.Error.ErrCode == IncompleteBatch || ErrorGroups.IsRefusedForNow(api.Error) || ErrorGroups.IsUnavailable(api.Error),
        _ => false,
    };

    /// <summary>Returns whether the server rejected an atomic batch because it knows a message id of it: the batch was stored before.</summary>
    public static bool IsKnownBatch(ApiError error) => error.ErrCode == KnownMessageId;

    /// <summary>Reads a message from the leader, so that every acknowledged message is visible.</summary>
    public ValueTask<StreamMsgGetResponse> MessageAsync(string stream, StreamMsgGetRequest request, CancellationToken cancellationToken) =>
        _streams.MessageAsync(stream, request, cancellationToken);

    /// <summary>Returns the info of a stream.</summary>
    public ValueTask<StreamInfo> StreamAsync(string stream, CancellationToken cancellationToken) => _streams.InfoAsync(stream, null, cancellationToken);

    /// <summary>Sends a direct get and returns the reply, which is the message or a status.</summary>
    /// <exception cref="NatsNoRespondersException">The stream does not exist, has no up-to-date replica, or does not allow direct get.</exception>
    public ValueTask<NatsMsg<T>> DirectAsync<T>(string subject, byte[] body, INatsDeserialize<T>? serializer, CancellationToken cancellationToken) =>
        parts.Connection.RequestAsync<byte[], T>(
            subject, body, requestSerializer: NatsRawSerializer<byte[]>.Default, replySerializer: serializer, replyOpts: Terms, cancellationToken: cancellationToken);

    /// <summary>Creates an ordered read. It starts with <see cref="OrderedRead{T}.BeginAsync"/>.</summary>
    public OrderedRead<T> Read<T>(OrderedReadSetup setup, INatsDeserialize<T>? serializer) => new(parts, setup, serializer);

    // Shorter than a call of the API: after it the leader is asked.
    private NatsSubOpts Terms { get; } = new() { Timeout = parts.Options.RequestTimeout / 2 };
}
