namespace Earshot.JetStream;

/// <summary>
/// JetStream on a connection: publishing with acknowledgement, and the management of streams and consumers. Safe for use from any thread.
/// Each call throws <see cref="NatsJSApiException"/> where the server refuses it, <see cref="NatsJSApiNoResponseException"/> where it does
/// not answer within <see cref="NatsJSOpts.RequestTimeout"/>, <see cref="ArgumentException"/> for names and options that are not valid, and
/// <see cref="OperationCanceledException"/> when its token is cancelled.
/// </summary>
public interface INatsJSContext
{
    /// <summary>The connection.</summary>
    INatsConnection Connection { get; }

    /// <summary>The options the context was made with.</summary>
    NatsJSOpts Opts { get; }

    /// <summary>
    /// Publishes a message and waits for the answer of its stream, for at most <see cref="NatsPubOpts.Timeout"/> or
    /// <see cref="NatsJSOpts.PublishTimeout"/>. A refusal by the stream is an answer: call <c>EnsureSuccess()</c>.
    /// It is sent again while it was certainly not stored, and with a message id also when that is not known. Callable from any thread.
    /// </summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="subject">The subject.</param>
    /// <param name="data">The value. Bytes that are handed over as they are must not change until the call completes; a pooled owner is handed over.</param>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="opts">Message id, expectations, time to live, retries.</param>
    /// <param name="headers">Headers, which are never changed, and must not change until the call completes.</param>
    /// <param name="cancellationToken">Gives the publish up.</param>
    /// <returns>The answer, with its <see cref="PubAckResponse.Outcome"/>.</returns>
    /// <exception cref="NatsJSPublishNoResponseException">No one took it, to the end of its time or because no stream has the subject.</exception>
    /// <exception cref="NatsJSPublishUnknownException">It was sent and its ack did not come: the stream may have it.</exception>
    /// <exception cref="NatsJSPublishNotSentException">It could not be written in its time.</exception>
    /// <exception cref="NatsJSPublishCanceledException">It was cancelled after it had been sent: the stream may have it.</exception>
    /// <exception cref="NatsPermissionViolationException">The server does not allow to publish to the subject.</exception>
    /// <exception cref="NatsPayloadTooLargeException">The server takes no message of this size.</exception>
    ValueTask<PubAckResponse> PublishAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default);

    /// <summary>The same with the exception as a result.</summary>
    /// <inheritdoc cref="PublishAsync"/>
    ValueTask<NatsResult<PubAckResponse>> TryPublishAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default);

    /// <summary>The same without waiting for the answer, which the result gives. There is no limit to how many are in flight; see <see cref="CreatePublisher"/>.</summary>
    /// <inheritdoc cref="PublishAsync"/>
    ValueTask<NatsJSPublishConcurrentFuture> PublishConcurrentAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default);

    /// <summary>Makes a publisher with a window: many messages in flight, and waiting when there are too many.</summary>
    /// <param name="opts">Null: the defaults.</param>
    /// <returns>The publisher; dispose it to wait for its last outcomes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A limit is below 1.</exception>
    NatsJSPublisher CreatePublisher(NatsJSPublisherOpts? opts = null);

    /// <summary>What the account uses and may use.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The account.</returns>
    ValueTask<AccountInfoResponse> GetAccountInfoAsync(CancellationToken cancellationToken = default);

    /// <summary>Creates a stream; one with the same configuration is taken as it is.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="NatsJSApiException">It exists with another configuration (error 10058), or another error.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server ignored a part of the configuration.</exception>
    ValueTask<INatsJSStream> CreateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default);

    /// <summary>Updates a stream, or creates it where there is none.</summary>
    /// <param name="config">The whole configuration.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server ignored a part of the configuration.</exception>
    ValueTask<INatsJSStream> CreateOrUpdateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default);

    /// <summary>Replaces the configuration of a stream.</summary>
    /// <param name="request">The whole new configuration.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">There is no such stream.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server ignored a part of the configuration.</exception>
    ValueTask<NatsJSStream> UpdateStreamAsync(StreamConfig request, CancellationToken cancellationToken = default);

    /// <summary>Gets a stream.</summary>
    /// <param name="stream">Its name.</param>
    /// <param name="request">What the info is to tell; null: the usual.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">There is no such stream.</exception>
    ValueTask<INatsJSStream> GetStreamAsync(string stream, StreamInfoRequest? request = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a stream with its messages and consumers.</summary>
    /// <param name="stream">Its name.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>True when the server has deleted it.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">There is no such stream.</exception>
    ValueTask<bool> DeleteStreamAsync(string stream, CancellationToken cancellationToken = default);

    /// <summary>Drops messages of a stream. The sequences of those that stay do not change.</summary>
    /// <param name="stream">Its name.</param>
    /// <param name="request">Which; empty: all.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>How many.</returns>
    ValueTask<StreamPurgeResponse> PurgeStreamAsync(string stream, StreamPurgeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes one message of a stream.</summary>
    /// <param name="stream">Its name.</param>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Whether it is deleted.</returns>
    ValueTask<StreamMsgDeleteResponse> DeleteMessageAsync(string stream, StreamMsgDeleteRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists streams, page by page while they are read.</summary>
    /// <param name="subject">Only those that store this subject; null: all.</param>
    /// <param name="cancellationToken">Ends the list; see <see cref="NatsJSOpts.ThrowOnListCancellation"/>.</param>
    /// <returns>The streams.</returns>
    IAsyncEnumerable<INatsJSStream> ListStreamsAsync(string? subject = null, CancellationToken cancellationToken = default);

    /// <summary>Lists names of streams, page by page while they are read.</summary>
    /// <param name="subject">Only those that store this subject; null: all.</param>
    /// <param name="cancellationToken">Ends the list; see <see cref="NatsJSOpts.ThrowOnListCancellation"/>.</param>
    /// <returns>The names.</returns>
    IAsyncEnumerable<string> ListStreamNamesAsync(string? subject = null, CancellationToken cancellationToken = default);

    /// <summary>Creates a consumer, or updates it where there is one of its name.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="config">The configuration. One without a name gets one, so that a lost answer creates no second consumer.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server ignored a part of the configuration.</exception>
    ValueTask<INatsJSConsumer> CreateOrUpdateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default);

    /// <summary>Creates a consumer; one with the same configuration is taken as it is.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="NatsJSApiException">It exists with another configuration (error 10148), or another error.</exception>
    ValueTask<INatsJSConsumer> CreateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default);

    /// <summary>Updates a consumer.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="config">The whole new configuration.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">There is no such consumer. A server before 2.10 creates it.</exception>
    ValueTask<INatsJSConsumer> UpdateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default);

    /// <summary>Gets a consumer.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="consumer">Its name.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">There is no such consumer.</exception>
    ValueTask<INatsJSConsumer> GetConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default);

    /// <summary>
    /// Prepares an ordered consumer: it reads a stream in its order, without a gap and without a message twice, through reconnects, changes
    /// of leader and the loss of its consumer on the server, which is made again then. Nothing is sent before something is read.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="opts">Null: the defaults.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The consumer. Each read of it begins where the options say.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">There is no such stream.</exception>
    ValueTask<INatsJSConsumer> CreateOrderedConsumerAsync(string stream, NatsJSOrderedConsumerOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Lists consumers, page by page while they are read.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Ends the list; see <see cref="NatsJSOpts.ThrowOnListCancellation"/>.</param>
    /// <returns>The consumers.</returns>
    IAsyncEnumerable<INatsJSConsumer> ListConsumersAsync(string stream, CancellationToken cancellationToken = default);

    /// <summary>Lists names of consumers, page by page while they are read.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="cancellationToken">Ends the list; see <see cref="NatsJSOpts.ThrowOnListCancellation"/>.</param>
    /// <returns>The names.</returns>
    IAsyncEnumerable<string> ListConsumerNamesAsync(string stream, CancellationToken cancellationToken = default);

    /// <summary>Deletes a consumer.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="consumer">Its name.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>True when the server has deleted it.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">There is no such consumer.</exception>
    ValueTask<bool> DeleteConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default);

    /// <summary>Pauses a consumer (since server 2.11).</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="consumer">Its name.</param>
    /// <param name="pauseUntil">It delivers nothing until then.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Whether and until when it is paused.</returns>
    ValueTask<ConsumerPauseResponse> PauseConsumerAsync(string stream, string consumer, DateTimeOffset pauseUntil, CancellationToken cancellationToken = default);

    /// <summary>Ends the pause of a consumer (since server 2.11).</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="consumer">Its name.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>True when it delivers.</returns>
    ValueTask<bool> ResumeConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default);

    /// <summary>Unpins the client that is served, so that another one can be (since server 2.11).</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="consumer">Its name.</param>
    /// <param name="group">The priority group.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Completes with the answer.</returns>
    ValueTask UnpinConsumerAsync(string stream, string consumer, string group, CancellationToken cancellationToken = default);

    /// <summary>Sets a consumer back (since server 2.14).</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="consumer">Its name.</param>
    /// <param name="seq">Sequence of the stream at which it continues; 0: behind its ack floor.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The consumer, and where it continues.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">There is no such consumer.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server cannot do it.</exception>
    ValueTask<ConsumerResetResponse> ResetConsumerAsync(string stream, string consumer, ulong seq = 0, CancellationToken cancellationToken = default);

    /// <summary>A new unique subject for replies.</summary>
    /// <returns>The subject.</returns>
    string NewBaseInbox();

    /// <summary>Makes one call of the API that has no method of its own; it is not repeated once it may have had an effect.</summary>
    /// <typeparam name="TRequest">A model of this package.</typeparam>
    /// <typeparam name="TResponse">A model of this package.</typeparam>
    /// <param name="subject">The subject, with its prefix.</param>
    /// <param name="request">The body; null: none.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="NotSupportedException">A type is no model of this package.</exception>
    ValueTask<TResponse> JSRequestResponseAsync<TRequest, TResponse>(string subject, TRequest? request, CancellationToken cancellationToken = default)
        where TRequest : class
        where TResponse : class;
}
