namespace Earshot.JetStream;

/// <summary>A stream, which stores messages. Safe for use from any thread.</summary>
public interface INatsJSStream
{
    /// <summary>The last known configuration and state of the stream. Updated by <see cref="RefreshAsync"/>.</summary>
    StreamInfo Info { get; }

    /// <summary>Deletes the stream with its messages and consumers.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>True when the server has deleted it.</returns>
    ValueTask<bool> DeleteAsync(CancellationToken cancellationToken = default);

    /// <summary>Purges messages of the stream. The sequences of the remaining messages do not change.</summary>
    /// <param name="request">The messages to purge; empty: all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The number of purged messages.</returns>
    ValueTask<StreamPurgeResponse> PurgeAsync(StreamPurgeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes one message of the stream.</summary>
    /// <param name="request">The message to delete.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>Whether the message was deleted.</returns>
    ValueTask<StreamMsgDeleteResponse> DeleteMessageAsync(StreamMsgDeleteRequest request, CancellationToken cancellationToken = default);

    /// <summary>Replaces the configuration, and updates <see cref="Info"/> with the response.</summary>
    /// <param name="request">The complete new configuration.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes with the response.</returns>
    ValueTask UpdateAsync(StreamConfig request, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.CreateOrUpdateConsumerAsync"/>
    ValueTask<INatsJSConsumer> CreateOrUpdateConsumerAsync(ConsumerConfig config, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.CreateOrderedConsumerAsync"/>
    ValueTask<INatsJSConsumer> CreateOrderedConsumerAsync(NatsJSOrderedConsumerOpts? opts = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.GetConsumerAsync"/>
    ValueTask<INatsJSConsumer> GetConsumerAsync(string consumer, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.CreatePushConsumerAsync"/>
    ValueTask<INatsJSPushConsumer> CreatePushConsumerAsync(NatsJSPushConsumerOpts? opts = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.CreateOrUpdatePushConsumerAsync"/>
    ValueTask<INatsJSPushConsumer> CreateOrUpdatePushConsumerAsync(NatsJSPushConsumerOpts? opts = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.GetPushConsumerAsync"/>
    ValueTask<INatsJSPushConsumer> GetPushConsumerAsync(string consumer, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.ListConsumersAsync"/>
    IAsyncEnumerable<INatsJSConsumer> ListConsumersAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.ListConsumerNamesAsync"/>
    IAsyncEnumerable<string> ListConsumerNamesAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.DeleteConsumerAsync"/>
    ValueTask<bool> DeleteConsumerAsync(string consumer, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.ResetConsumerAsync"/>
    ValueTask<ConsumerResetResponse> ResetConsumerAsync(string consumer, ulong seq = 0, CancellationToken cancellationToken = default);

    /// <summary>Updates <see cref="Info"/> from the server.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes with the response.</returns>
    ValueTask RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads one message from the leader, so that every acknowledged message is visible.</summary>
    /// <param name="request">The message to read.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The stored message.</returns>
    /// <exception cref="NatsJSApiException">The message does not exist (error 10037), or another error.</exception>
    ValueTask<StreamMsgGetResponse> GetAsync(StreamMsgGetRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads one message from any replica or mirror (direct get). Requires <see cref="StreamConfig.AllowDirect"/>. A replica may be behind the
    /// leader: an acknowledged publish is certainly visible only to <see cref="GetAsync"/>. The headers <c>Nats-Stream</c>,
    /// <c>Nats-Subject</c>, <c>Nats-Sequence</c> and <c>Nats-Time-Stamp</c> follow the headers of the message (ADR-31).
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="request">The message to read.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The message.</returns>
    /// <exception cref="NatsJSApiException">The message does not exist (error 10037).</exception>
    /// <exception cref="NatsJSApiNoResponseException">No responders: the stream does not allow direct get, does not exist or has no leader.</exception>
    /// <exception cref="NatsJSProtocolException">The server rejects the request.</exception>
    ValueTask<NatsMsg<T>> GetDirectAsync<T>(StreamMsgGetRequest request, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);
}
