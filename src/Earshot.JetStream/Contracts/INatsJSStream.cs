namespace Earshot.JetStream;

/// <summary>A stream: what keeps messages. Safe for use from any thread.</summary>
public interface INatsJSStream
{
    /// <summary>What was known of the stream last; <see cref="RefreshAsync"/> asks again.</summary>
    StreamInfo Info { get; }

    /// <summary>Deletes the stream with its messages and consumers.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>True when the server has deleted it.</returns>
    ValueTask<bool> DeleteAsync(CancellationToken cancellationToken = default);

    /// <summary>Drops messages. The sequences of those that stay do not change.</summary>
    /// <param name="request">Which; empty: all.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>How many.</returns>
    ValueTask<StreamPurgeResponse> PurgeAsync(StreamPurgeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Deletes one message.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Whether it is deleted.</returns>
    ValueTask<StreamMsgDeleteResponse> DeleteMessageAsync(StreamMsgDeleteRequest request, CancellationToken cancellationToken = default);

    /// <summary>Replaces the configuration, and refreshes <see cref="Info"/> with the answer.</summary>
    /// <param name="request">The whole new configuration.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Completes with the answer.</returns>
    ValueTask UpdateAsync(StreamConfig request, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.CreateOrUpdateConsumerAsync"/>
    ValueTask<INatsJSConsumer> CreateOrUpdateConsumerAsync(ConsumerConfig config, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.CreateOrderedConsumerAsync"/>
    ValueTask<INatsJSConsumer> CreateOrderedConsumerAsync(NatsJSOrderedConsumerOpts? opts = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.GetConsumerAsync"/>
    ValueTask<INatsJSConsumer> GetConsumerAsync(string consumer, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.ListConsumersAsync"/>
    IAsyncEnumerable<INatsJSConsumer> ListConsumersAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.ListConsumerNamesAsync"/>
    IAsyncEnumerable<string> ListConsumerNamesAsync(CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.DeleteConsumerAsync"/>
    ValueTask<bool> DeleteConsumerAsync(string consumer, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="INatsJSContext.ResetConsumerAsync"/>
    ValueTask<ConsumerResetResponse> ResetConsumerAsync(string consumer, ulong seq = 0, CancellationToken cancellationToken = default);

    /// <summary>Asks the server for <see cref="Info"/>.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Completes with the answer.</returns>
    ValueTask RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads one message at the leader, so that it sees every message that was acknowledged.</summary>
    /// <param name="request">Which.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The message as it is stored.</returns>
    /// <exception cref="NatsJSApiException">There is no such message (error 10037), or another error.</exception>
    ValueTask<StreamMsgGetResponse> GetAsync(StreamMsgGetRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Reads one message at any replica or mirror, as it is; for streams with <see cref="StreamConfig.AllowDirect"/>. A replica may be behind:
    /// after the ack of a publish only <see cref="GetAsync"/> is sure to see it. The headers <c>Nats-Stream</c>, <c>Nats-Subject</c>,
    /// <c>Nats-Sequence</c> and <c>Nats-Time-Stamp</c> stand behind the message's own (ADR-31).
    /// </summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="request">Which.</param>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The message.</returns>
    /// <exception cref="NatsJSApiException">There is no such message (error 10037).</exception>
    /// <exception cref="NatsJSApiNoResponseException">No one answers: the stream does not allow it, does not exist or has no leader.</exception>
    /// <exception cref="NatsJSProtocolException">The server refuses the request.</exception>
    ValueTask<NatsMsg<T>> GetDirectAsync<T>(StreamMsgGetRequest request, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);
}
