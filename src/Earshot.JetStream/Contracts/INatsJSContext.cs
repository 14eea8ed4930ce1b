namespace Earshot.JetStream;

/// <summary>
/// JetStream on a connection: publishing with acknowledgement, and the management of streams and consumers. Safe for use from any thread.
/// Each call throws <see cref="NatsJSApiException"/> when the server rejects it, <see cref="NatsJSApiNoResponseException"/> when it does
/// not respond within <see cref="NatsJSOpts.RequestTimeout"/>, <see cref="ArgumentException"/> for names and options that are not valid, and
/// <see cref="OperationCanceledException"/> when its token is cancelled.
/// </summary>
public interface INatsJSContext
{
    /// <summary>The connection of the context.</summary>
    INatsConnection Connection { get; }

    /// <summary>The options with which the context was created.</summary>
    NatsJSOpts Opts { get; }

    /// <summary>
    /// Publishes a message and waits for the ack of its stream, for at most <see cref="NatsPubOpts.Timeout"/> or
    /// <see cref="NatsJSOpts.PublishTimeout"/>. An error of the stream is returned in the ack: <c>EnsureSuccess()</c> throws it.
    /// The message is sent again while it was certainly not stored, and with a message id also when that is unknown. Safe for use from any thread.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="subject">The subject of the message.</param>
    /// <param name="data">The value. A byte buffer must not change until the call completes; the ownership of an <c>IMemoryOwner</c> is transferred.</param>
    /// <param name="serializer">The serializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">Message id, expectations, time to live and retries. Null: the defaults.</param>
    /// <param name="headers">The headers. They are not modified, and must not change until the call completes.</param>
    /// <param name="cancellationToken">Cancels the publish.</param>
    /// <returns>The ack, with its <see cref="PubAckResponse.Outcome"/>.</returns>
    /// <exception cref="NatsJSPublishNoResponseException">The publish had no responders until its timeout, or no stream has the subject.</exception>
    /// <exception cref="NatsJSPublishUnknownException">The publish was sent and not acknowledged: the stream may have stored the message.</exception>
    /// <exception cref="NatsJSPublishNotSentException">The publish could not be written within its timeout.</exception>
    /// <exception cref="NatsJSPublishCanceledException">The publish was cancelled after it had been sent: the stream may have stored the message.</exception>
    /// <exception cref="NatsPermissionViolationException">The server does not allow publishing to the subject.</exception>
    /// <exception cref="NatsPayloadTooLargeException">The message is larger than the server allows.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server would ignore an option of the publish. Nothing was sent.</exception>
    ValueTask<PubAckResponse> PublishAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes as <see cref="PublishAsync"/> does, and returns exceptions as a result instead of throwing them.</summary>
    /// <inheritdoc cref="PublishAsync"/>
    ValueTask<NatsResult<PubAckResponse>> TryPublishAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes as <see cref="PublishAsync"/> does, and returns a future for the ack without waiting for it. The number of publishes in flight is not limited; see <see cref="CreatePublisher"/>.</summary>
    /// <inheritdoc cref="PublishAsync"/>
    ValueTask<NatsJSPublishConcurrentFuture> PublishConcurrentAsync<T>(string subject, T? data, INatsSerialize<T>? serializer = null, NatsJSPubOpts? opts = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default);

    /// <summary>Creates a publisher that limits the number of publishes in flight; a publish waits when the limit is reached.</summary>
    /// <param name="opts">The options. Null: the defaults.</param>
    /// <returns>The publisher. Disposing it waits for all outcomes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A limit is below 1.</exception>
    NatsJSPublisher CreatePublisher(NatsJSPublisherOpts? opts = null);

    /// <summary>Gets the JetStream usage and limits of the account.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The usage and limits of the account.</returns>
    ValueTask<AccountInfoResponse> GetAccountInfoAsync(CancellationToken cancellationToken = default);

    /// <summary>Creates a stream. Succeeds when the stream exists with the same configuration.</summary>
    /// <param name="config">The configuration of the stream.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="NatsJSApiException">The stream exists with another configuration (error 10058), or another error.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server ignored a part of the configuration.</exception>
    ValueTask<INatsJSStream> CreateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default);

    /// <summary>Updates a stream, or creates it when it does not exist.</summary>
    /// <param name="config">The complete configuration.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server ignored a part of the configuration.</exception>
    ValueTask<INatsJSStream> CreateOrUpdateStreamAsync(StreamConfig config, CancellationToken cancellationToken = default);

    /// <summary>Replaces the configuration of a stream.</summary>
    /// <param name="request">The complete new configuration.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">The stream does not exist.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server ignored a part of the configuration.</exception>
    ValueTask<NatsJSStream> UpdateStreamAsync(StreamConfig request, CancellationToken cancellationToken = default);

    /// <summary>Gets a stream by its name.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="request">What the info of the stream contains. Null: neither deleted sequences nor subjects.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The stream.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">The stream does not exist.</exception>
    ValueTask<INatsJSStream> GetStreamAsync(string stream, StreamInfoRequest? request = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes a stream with its messages and consumers.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when the server has deleted it.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">The stream does not exist.</exception>
    ValueTask<bool> DeleteStreamAsync(string stream, CancellationToken cancellationToken = default);

    /// <summary>Purges messages of a stream. The sequences of the remaining messages do not change.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="request">The messages to purge; empty: all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of purged messages.</returns>
    ValueTask<StreamPurgeResponse> PurgeStreamAsync(string stream, StreamPurgeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes one message of a stream.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="request">The message to delete.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the message was deleted.</returns>
    ValueTask<StreamMsgDeleteResponse> DeleteMessageAsync(string stream, StreamMsgDeleteRequest request, CancellationToken cancellationToken = default);

    /// <summary>Lists the streams. Pages are requested while the list is enumerated.</summary>
    /// <param name="subject">Only streams that store this subject. Null: all streams.</param>
    /// <param name="cancellationToken">Ends the list; see <see cref="NatsJSOpts.ThrowOnListCancellation"/>.</param>
    /// <returns>The streams.</returns>
    IAsyncEnumerable<INatsJSStream> ListStreamsAsync(string? subject = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the names of the streams. Pages are requested while the list is enumerated.</summary>
    /// <param name="subject">Only streams that store this subject. Null: all streams.</param>
    /// <param name="cancellationToken">Ends the list; see <see cref="NatsJSOpts.ThrowOnListCancellation"/>.</param>
    /// <returns>The names.</returns>
    IAsyncEnumerable<string> ListStreamNamesAsync(string? subject = null, CancellationToken cancellationToken = default);

    /// <summary>Creates a consumer, or updates it when it exists.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="config">The configuration. A consumer without a name is given one, so that a repeated call does not create a second consumer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server ignored a part of the configuration.</exception>
    ValueTask<INatsJSConsumer> CreateOrUpdateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default);

    /// <summary>Creates a consumer. Succeeds when the consumer exists with the same configuration.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="config">The configuration of the consumer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="NatsJSApiException">The consumer exists with another configuration (error 10148), or another error.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">
    /// The server ignored a part of the configuration; or the consumer exists with another configuration, and the server, which is older
    /// than 2.10, would update it.
    /// </exception>
    ValueTask<INatsJSConsumer> CreateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default);

    /// <summary>Replaces the configuration of a consumer.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="config">The complete new configuration.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">The consumer does not exist.</exception>
    ValueTask<INatsJSConsumer> UpdateConsumerAsync(string stream, ConsumerConfig config, CancellationToken cancellationToken = default);

    /// <summary>Gets a consumer by its name.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">The consumer does not exist.</exception>
    ValueTask<INatsJSConsumer> GetConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default);

    /// <summary>
    /// Prepares an ordered consumer. It reads the messages of a stream in order, without gaps and duplicates, through reconnects, changes
    /// of leader and the loss of the consumer on the server, which is then recreated. The consumer is created on the server by the first read.
    /// </summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="opts">The options. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The consumer. Each read of it starts at the position given by the options.</returns>
    /// <exception cref="NatsJSStreamNotFoundException">The stream does not exist.</exception>
    ValueTask<INatsJSConsumer> CreateOrderedConsumerAsync(string stream, NatsJSOrderedConsumerOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Creates a push consumer. Succeeds when the consumer exists with the same configuration. It delivers when it is read: without a
    /// subscription of its deliver subject the server sends nothing.
    /// </summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="opts">The configuration and options. Null: an ephemeral consumer with all defaults.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server ignored a part of the configuration.</exception>
    ValueTask<INatsJSPushConsumer> CreatePushConsumerAsync(string stream, NatsJSPushConsumerOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Creates a push consumer, or updates it when it exists. Without a <see cref="NatsJSPushConsumerOpts.DeliverSubject"/> an existing
    /// consumer gets a new one, and delivers to this client from then on.
    /// </summary>
    /// <inheritdoc cref="CreatePushConsumerAsync"/>
    ValueTask<INatsJSPushConsumer> CreateOrUpdatePushConsumerAsync(string stream, NatsJSPushConsumerOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Gets a push consumer by its name. Its reads subscribe the deliver subject and the deliver group of its configuration.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The consumer.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">The consumer does not exist.</exception>
    /// <exception cref="NatsJSProtocolException">The consumer is a pull consumer.</exception>
    ValueTask<INatsJSPushConsumer> GetPushConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default);

    /// <summary>Lists the consumers of a stream. Pages are requested while the list is enumerated.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="cancellationToken">Ends the list; see <see cref="NatsJSOpts.ThrowOnListCancellation"/>.</param>
    /// <returns>The consumers.</returns>
    IAsyncEnumerable<INatsJSConsumer> ListConsumersAsync(string stream, CancellationToken cancellationToken = default);

    /// <summary>Lists the names of the consumers of a stream. Pages are requested while the list is enumerated.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="cancellationToken">Ends the list; see <see cref="NatsJSOpts.ThrowOnListCancellation"/>.</param>
    /// <returns>The names.</returns>
    IAsyncEnumerable<string> ListConsumerNamesAsync(string stream, CancellationToken cancellationToken = default);

    /// <summary>Deletes a consumer of a stream.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when the server has deleted it.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">The consumer does not exist.</exception>
    ValueTask<bool> DeleteConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default);

    /// <summary>Pauses a consumer (since server 2.11).</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <param name="pauseUntil">The time until which the consumer delivers nothing.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the consumer is paused, and until when.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support it.</exception>
    ValueTask<ConsumerPauseResponse> PauseConsumerAsync(string stream, string consumer, DateTimeOffset pauseUntil, CancellationToken cancellationToken = default);

    /// <summary>Resumes a paused consumer (since server 2.11).</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when the consumer is not paused any more.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support it.</exception>
    ValueTask<bool> ResumeConsumerAsync(string stream, string consumer, CancellationToken cancellationToken = default);

    /// <summary>Unpins the pinned client, so that another client can be pinned (since server 2.11).</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <param name="group">The name of the priority group.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes with the response.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support it.</exception>
    ValueTask UnpinConsumerAsync(string stream, string consumer, string group, CancellationToken cancellationToken = default);

    /// <summary>Resets a consumer to another stream sequence (since server 2.14).</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="consumer">The name of the consumer.</param>
    /// <param name="seq">The stream sequence at which the consumer continues; 0: after its ack floor.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The consumer and the sequence at which it continues.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">The consumer does not exist.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support it.</exception>
    ValueTask<ConsumerResetResponse> ResetConsumerAsync(string stream, string consumer, ulong seq = 0, CancellationToken cancellationToken = default);

    /// <summary>Creates a new unique subject for replies.</summary>
    /// <returns>The subject.</returns>
    string NewBaseInbox();

    /// <summary>Makes a call of the API that has no method of its own. The call is not repeated once it may have had an effect.</summary>
    /// <typeparam name="TRequest">A model of this package.</typeparam>
    /// <typeparam name="TResponse">A model of this package.</typeparam>
    /// <param name="subject">The subject, with its prefix.</param>
    /// <param name="request">The body of the request. Null: none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The response.</returns>
    /// <exception cref="NotSupportedException">A type is not a model of this package.</exception>
    ValueTask<TResponse> JSRequestResponseAsync<TRequest, TResponse>(string subject, TRequest? request, CancellationToken cancellationToken = default)
        where TRequest : class
        where TResponse : class;
}
