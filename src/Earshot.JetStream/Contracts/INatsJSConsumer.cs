namespace Earshot.JetStream;

/// <summary>A consumer of a stream, through which messages are read. Safe for use from any thread.</summary>
public interface INatsJSConsumer
{
    /// <summary>The last known configuration and state of the consumer. Updated by <see cref="RefreshAsync"/>.</summary>
    ConsumerInfo Info { get; }

    /// <summary>
    /// Reads messages until the enumeration ends, its token is cancelled or the server ends it. The read continues through outages,
    /// reconnects and changes of leader, which the journal of the connection reports. It starts with the enumeration.
    /// </summary>
    /// <remarks>
    /// The loop ends without an exception when the token is cancelled, after the current message; a token that is cancelled before the first
    /// step throws, and nothing is sent. Messages that were delivered and not processed when a loop ends are returned to the server with a
    /// negative ack, in the background. Protocol: ADR-37.
    /// </remarks>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">The options. Null: <see cref="NatsJSOpts.DefaultConsumeOpts"/>.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    /// <returns>The messages.</returns>
    /// <exception cref="NatsJSConsumerLostException">The consumer or the stream was deleted. Thrown after all messages that were delivered before.</exception>
    /// <exception cref="NatsJSProtocolException">The server rejects the pull requests.</exception>
    /// <exception cref="NatsException">The connection is closed or has failed.</exception>
    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range.</exception>
    IAsyncEnumerable<INatsJSMsg<T>> ConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Starts a read as <see cref="ConsumeAsync"/> does, immediately, and returns a handle to observe, stop or drain it.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">The options. Null: <see cref="NatsJSOpts.DefaultConsumeOpts"/>.</param>
    /// <param name="cancellationToken">Cancels waiting for the connection; it does not end the read.</param>
    /// <returns>The running read.</returns>
    /// <exception cref="NatsException">The connection is closed or has failed.</exception>
    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range.</exception>
    ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one batch. The enumeration ends with the last requested message, or when the pull request has expired.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="opts">The size of the batch and the time to wait.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Ends the loop without an exception, after the current message.</param>
    /// <returns>The messages.</returns>
    /// <exception cref="NatsJSConsumerLostException">The consumer or the stream was deleted.</exception>
    /// <exception cref="NatsJSProtocolException">The server rejects the pull request.</exception>
    /// <exception cref="NatsException">The connection is closed or has failed.</exception>
    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range.</exception>
    IAsyncEnumerable<INatsJSMsg<T>> FetchAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Reads the messages that are available now, up to the size of a batch, without waiting for more.</summary>
    /// <inheritdoc cref="FetchAsync"/>
    IAsyncEnumerable<INatsJSMsg<T>> FetchNoWaitAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one message of the consumer.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="opts">The options. Null: <see cref="NatsJSOpts.DefaultNextOpts"/>.</param>
    /// <param name="cancellationToken">Cancels waiting; a message that still arrives is returned to the server.</param>
    /// <returns>The message; null when none arrived before the pull request expired.</returns>
    /// <exception cref="NatsJSConsumerLostException">The consumer or the stream was deleted.</exception>
    /// <exception cref="NatsJSProtocolException">The server rejects the pull request.</exception>
    /// <exception cref="NatsException">The connection is closed or has failed.</exception>
    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range.</exception>
    ValueTask<INatsJSMsg<T>?> NextAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSNextOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Updates <see cref="Info"/> from the server.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes with the response.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">The consumer does not exist any more.</exception>
    ValueTask RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>Unpins the pinned client, so that another client can be pinned (since server 2.11).</summary>
    /// <param name="group">The name of the priority group.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>A task that completes with the response.</returns>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support it.</exception>
    ValueTask UnpinAsync(string group, CancellationToken cancellationToken = default);

    /// <summary>Resets the consumer to another stream sequence (since server 2.14).</summary>
    /// <param name="seq">The stream sequence at which the consumer continues; 0: after its ack floor.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>The consumer and the sequence at which it continues.</returns>
    ValueTask<ConsumerResetResponse> ResetAsync(ulong seq = 0, CancellationToken cancellationToken = default);
}
