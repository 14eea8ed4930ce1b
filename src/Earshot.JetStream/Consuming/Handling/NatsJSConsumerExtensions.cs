using Earshot.JetStream.Consuming;

namespace Earshot.JetStream;

/// <summary>Extension methods for consumers.</summary>
public static class NatsJSConsumerExtensions
{
    /// <summary>
    /// Calls a handler for each message of the consumer until the token is cancelled or the server ends the read. A message is acknowledged
    /// when its handler has returned, and delivered again after a delay when it threw an exception; an exception is reported in the journal
    /// (<see cref="NatsExceptionOccurredEvent"/>) and does not end the run. While a handler runs, its progress is reported to the server at
    /// half of AckWait, so that the message is not delivered again.
    /// </summary>
    /// <remarks>
    /// <para>Handlers run on threads of the thread pool, at most <see cref="NatsJSRunOpts.MaxConcurrency"/> at the same time. The read
    /// continues through outages, reconnects and changes of leader, as <see cref="INatsJSConsumer.ConsumeAsync"/> does.</para>
    /// <para>When the token is cancelled, no more messages are requested, messages without a handler are returned to the server, and running
    /// handlers have <see cref="NatsJSRunOpts.DrainTimeout"/> to end: the token of the handlers is cancelled only afterwards. A message whose
    /// handler then throws <see cref="OperationCanceledException"/> is returned to the server. The call completes without an exception, when
    /// all handlers have ended and their acks are in the outbound buffer. Draining the connection waits for handlers and their acks as well.</para>
    /// <para>A message whose payload cannot be deserialized (<see cref="INatsJSMsg{T}.Error"/>) is treated as failed without a call of the
    /// handler; with <see cref="NatsJSAckMode.Manual"/> the handler gets it. Protocol: ADR-37.</para>
    /// </remarks>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="consumer">The consumer.</param>
    /// <param name="handler">The handler. Its token is cancelled when it has to end after a stop.</param>
    /// <param name="opts">The options. Null: <see cref="NatsJSRunOpts.Default"/>.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="cancellationToken">Stops the run. A token that is cancelled before the start throws, and nothing is sent.</param>
    /// <returns>The number of messages by their result.</returns>
    /// <exception cref="NatsJSConsumerLostException">The consumer or the stream was deleted. Thrown after all messages that were delivered before are handled.</exception>
    /// <exception cref="NatsJSProtocolException">The server rejects the pull requests.</exception>
    /// <exception cref="NatsException">The connection is closed or has failed.</exception>
    /// <exception cref="ArgumentException">Options are mutually exclusive or out of range, or the client cannot acknowledge for a consumer with <see cref="ConsumerConfigAckPolicy.All"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the start.</exception>
    public static Task<NatsJSRunResult> RunAsync<T>(
        this INatsJSConsumer consumer,
        Func<INatsJSMsg<T>, CancellationToken, Task> handler,
        NatsJSRunOpts? opts = null,
        INatsDeserialize<T>? serializer = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(consumer);
        ArgumentNullException.ThrowIfNull(handler);
        var settings = RunSettings.Of(opts ?? NatsJSRunOpts.Default);
        if (!settings.IsManual && consumer.Info?.Config.AckPolicy == ConsumerConfigAckPolicy.All)
        {
            throw new ArgumentException(
                $"An ack of consumer '{consumer.Info.Name}' includes all messages before it, also those whose handler failed: use AckMode Manual or a consumer with explicit acks.", nameof(consumer));
        }

        return cancellationToken.IsCancellationRequested
            ? Task.FromCanceled<NatsJSRunResult>(cancellationToken)
            : HandlerRun<T>.RunAsync(consumer, handler, settings, serializer, cancellationToken);
    }
}
