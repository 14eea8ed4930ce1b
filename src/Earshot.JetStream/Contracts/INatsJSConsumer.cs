namespace Earshot.JetStream;

/// <summary>A consumer of a stream: what reads messages.</summary>
public interface INatsJSConsumer
{
    /// <summary>What was known of the consumer last; <see cref="RefreshAsync"/> asks again.</summary>
    ConsumerInfo Info { get; }

    /// <summary>
    /// Reads messages until the enumeration is left, its token is cancelled or the server ends it. Through every outage, reconnect and change
    /// of leader it continues; what happens to it stands in the journal of the connection. The read begins with the enumeration.
    /// </summary>
    /// <remarks>
    /// The loop ends quietly when the token is cancelled, after the message in hand; a token that is cancelled before the first step throws,
    /// and nothing is sent. What was delivered and not handed out when a loop ends is given back to the server with a negative ack, in the
    /// background. Protocol: ADR-37.
    /// </remarks>
    /// <typeparam name="T">Type of the values.</typeparam>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="opts">Null: <see cref="NatsJSOpts.DefaultConsumeOpts"/>.</param>
    /// <param name="cancellationToken">Ends the loop.</param>
    /// <returns>The messages.</returns>
    /// <exception cref="NatsJSConsumerLostException">Consumer or stream were deleted; thrown behind what was delivered before.</exception>
    /// <exception cref="NatsJSProtocolException">The server refuses the pull requests.</exception>
    /// <exception cref="NatsException">The connection is closed or has failed.</exception>
    /// <exception cref="ArgumentException">Options that contradict each other or are out of range.</exception>
    IAsyncEnumerable<INatsJSMsg<T>> ConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>The same as <see cref="ConsumeAsync"/>, begun immediately, with a handle that shows its state and stops or drains it.</summary>
    /// <typeparam name="T">Type of the values.</typeparam>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="opts">Null: <see cref="NatsJSOpts.DefaultConsumeOpts"/>.</param>
    /// <param name="cancellationToken">Gives up waiting for the connection; it does not end the read.</param>
    /// <returns>The running read.</returns>
    /// <exception cref="NatsException">The connection is closed or has failed.</exception>
    /// <exception cref="ArgumentException">Options that contradict each other or are out of range.</exception>
    ValueTask<INatsJSConsume<T>> StartConsumeAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSConsumeOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one batch: ends with the last message asked for, or when the pull has expired.</summary>
    /// <typeparam name="T">Type of the values.</typeparam>
    /// <param name="opts">How much, and how long to wait.</param>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="cancellationToken">Ends the loop quietly, after the message in hand.</param>
    /// <returns>The messages.</returns>
    /// <exception cref="NatsJSConsumerLostException">Consumer or stream were deleted.</exception>
    /// <exception cref="NatsJSProtocolException">The server refuses the pull request.</exception>
    /// <exception cref="NatsException">The connection is closed or has failed.</exception>
    /// <exception cref="ArgumentException">Options that contradict each other or are out of range.</exception>
    IAsyncEnumerable<INatsJSMsg<T>> FetchAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Reads what the server has now, up to a batch, without waiting for more.</summary>
    /// <inheritdoc cref="FetchAsync"/>
    IAsyncEnumerable<INatsJSMsg<T>> FetchNoWaitAsync<T>(NatsJSFetchOpts opts, INatsDeserialize<T>? serializer = null, CancellationToken cancellationToken = default);

    /// <summary>Reads one message.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="opts">Null: <see cref="NatsJSOpts.DefaultNextOpts"/>.</param>
    /// <param name="cancellationToken">Gives up waiting; a message that comes nevertheless is given back.</param>
    /// <returns>The message; null when none came before the pull expired.</returns>
    /// <exception cref="NatsJSConsumerLostException">Consumer or stream were deleted.</exception>
    /// <exception cref="NatsJSProtocolException">The server refuses the pull request.</exception>
    /// <exception cref="NatsException">The connection is closed or has failed.</exception>
    /// <exception cref="ArgumentException">Options that contradict each other or are out of range.</exception>
    ValueTask<INatsJSMsg<T>?> NextAsync<T>(INatsDeserialize<T>? serializer = null, NatsJSNextOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Asks the server for <see cref="Info"/>.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Completes with the answer.</returns>
    /// <exception cref="NatsJSConsumerNotFoundException">There is no such consumer any more.</exception>
    ValueTask RefreshAsync(CancellationToken cancellationToken = default);

    /// <summary>Unpins the client that is served, so that another one can be (since server 2.11).</summary>
    /// <param name="group">The priority group.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Completes with the answer.</returns>
    ValueTask UnpinAsync(string group, CancellationToken cancellationToken = default);

    /// <summary>Sets the consumer back (since server 2.14).</summary>
    /// <param name="seq">Sequence of the stream at which it continues; 0: behind its ack floor.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The consumer, and where it continues.</returns>
    ValueTask<ConsumerResetResponse> ResetAsync(ulong seq = 0, CancellationToken cancellationToken = default);
}
