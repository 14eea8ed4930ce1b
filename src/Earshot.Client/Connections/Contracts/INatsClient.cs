using Earshot.Errors;

namespace Earshot;

/// <summary>A NATS client with the common operations: connect, publish, subscribe and request.</summary>
/// <remarks>All members can be called from any thread.</remarks>
public interface INatsClient : IAsyncDisposable
{
    /// <summary>The underlying connection, with its events, state and the less common operations.</summary>
    INatsConnection Connection { get; }

    /// <summary>Connects to a server, or returns immediately when a session is open. Optional: the first operation connects.</summary>
    /// <returns>A task that completes when a server has accepted the client.</returns>
    /// <exception cref="NatsConnectionFailedException">No server accepted the client; the exception lists every attempt.</exception>
    /// <exception cref="ObjectDisposedException">The client has been disposed.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    ValueTask ConnectAsync();

    /// <summary>Connects to a server, or returns immediately when a session is open. Optional: the first operation connects.</summary>
    /// <param name="cancellationToken">Cancels the wait; the connection continues to connect as its options say.</param>
    /// <returns>A task that completes when a server has accepted the client.</returns>
    /// <exception cref="NatsConnectionFailedException">No server accepted the client; the exception lists every attempt.</exception>
    /// <exception cref="ObjectDisposedException">The client has been disposed.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask ConnectAsync(CancellationToken cancellationToken) => throw MissingMember.Of(this);

    /// <summary>Measures the round-trip time to the server with a PING. The limit is <see cref="NatsOpts.CommandTimeout"/>.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes with the round-trip time when the PONG arrives.</returns>
    /// <exception cref="NatsConnectionLostException">The session ended before the PONG arrived.</exception>
    /// <exception cref="NatsTimeoutException">No session or no PONG within <see cref="NatsOpts.CommandTimeout"/>.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="ObjectDisposedException">The client has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes a value to a subject. Connects first if necessary; without a session the publish is buffered as
    /// <see cref="NatsOpts.PendingBufferPolicy"/> says.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="subject">The subject, without wildcards.</param>
    /// <param name="data">The value. The call takes ownership of a pooled owner and disposes it, also when it throws or is cancelled.</param>
    /// <param name="headers">The headers, or null. They are read before the call returns or the task completes.</param>
    /// <param name="replyTo">The reply subject, or null.</param>
    /// <param name="serializer">The serializer of the value; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="opts">The options of this publish, or null.</param>
    /// <param name="cancellationToken">Cancels the wait for a connection or for space in the outbound buffer.</param>
    /// <returns>A task that completes when the message is in the outbound buffer. A flush or a ping waits for the server.</returns>
    /// <exception cref="NatsInvalidArgumentException">The subject, the reply subject or a header is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The timeout is not valid; nothing was sent.</exception>
    /// <exception cref="NatsDeliveryException">Base of the following exceptions; its outcome indicates whether the server may have received the message.</exception>
    /// <exception cref="NatsPayloadTooLargeException">Headers and payload exceed the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsPublishBufferException">The pending buffer is full, or nothing may be buffered; nothing was sent.</exception>
    /// <exception cref="NatsTimeoutException">No session was open, or there was no space in the buffer, within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call; nothing was sent.</exception>
    /// <exception cref="InvalidOperationException">There are headers and <see cref="NatsOpts.Headers"/> is false, or another thread changed the headers during the call.</exception>
    /// <exception cref="ObjectDisposedException">The client, or the pooled owner in <paramref name="data"/>, has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was sent.</exception>
    ValueTask PublishAsync<T>(string subject, T data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes a message with an empty payload, for example as a signal.</summary>
    /// <param name="subject">The subject, without wildcards.</param>
    /// <param name="headers">The headers, or null.</param>
    /// <param name="replyTo">The reply subject, or null.</param>
    /// <param name="opts">The options of this publish, or null.</param>
    /// <param name="cancellationToken">Cancels the wait for a connection or for space in the outbound buffer.</param>
    /// <returns>A task that completes when the message is in the outbound buffer.</returns>
    /// <exception cref="NatsInvalidArgumentException">The subject, the reply subject or a header is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The timeout is not valid; nothing was sent.</exception>
    /// <exception cref="NatsPayloadTooLargeException">The headers exceed the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsPublishBufferException">The pending buffer is full, or nothing may be buffered; nothing was sent.</exception>
    /// <exception cref="NatsTimeoutException">No session was open, or there was no space in the buffer, within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call; nothing was sent.</exception>
    /// <exception cref="InvalidOperationException">There are headers and <see cref="NatsOpts.Headers"/> is false, or another thread changed the headers during the call.</exception>
    /// <exception cref="ObjectDisposedException">The client has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was sent.</exception>
    ValueTask PublishAsync(string subject, NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Subscribes to a subject for as long as the result is enumerated, and unsubscribes when the enumeration ends.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="subject">The subject; wildcards are allowed.</param>
    /// <param name="queueGroup">The queue group, whose members share the messages, or null.</param>
    /// <param name="serializer">The deserializer, called while messages are read; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="opts">The limits and timeouts of the subscription, or null.</param>
    /// <param name="cancellationToken">Ends the subscription and the enumeration.</param>
    /// <returns>The messages. The subscription begins when the enumeration does; it survives reconnects.</returns>
    /// <exception cref="NatsConnectionClosedException">Thrown by the enumeration, after the messages received so far: the connection was closed, disposed or gave up.</exception>
    /// <exception cref="NatsInvalidArgumentException">The subject or the queue group is not valid.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    /// <exception cref="NatsPermissionViolationException">Thrown by the enumeration: the server rejected the subscription.</exception>
    /// <exception cref="OperationCanceledException">Thrown by the enumeration: the token was cancelled.</exception>
    IAsyncEnumerable<NatsMsg<T>> SubscribeAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a request and waits for one reply. The timeout covers connecting, sending and the reply.</summary>
    /// <typeparam name="TRequest">The type of the request.</typeparam>
    /// <typeparam name="TReply">The type of the reply.</typeparam>
    /// <param name="subject">The subject, without wildcards.</param>
    /// <param name="data">The request. The call takes ownership of a pooled owner, as for a publish.</param>
    /// <param name="headers">The headers, or null.</param>
    /// <param name="requestSerializer">The serializer of the request; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="replySerializer">The deserializer of the reply; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="requestOpts">The options of the publish, or null.</param>
    /// <param name="replyOpts">The options of the reply, or null; <see cref="NatsSubOpts.Timeout"/> limits the whole request.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>A task that completes with the reply.</returns>
    /// <exception cref="NatsNoRespondersException">The subject has no subscribers (status 503); reported immediately.</exception>
    /// <exception cref="NatsNoReplyException">No reply within the timeout, or the request could not be sent within it.</exception>
    /// <exception cref="NatsConnectionLostException">The session that carried the request ended; the outcome is unknown.</exception>
    /// <exception cref="NatsPermissionViolationException">The server rejected the publish of the request.</exception>
    /// <exception cref="NatsPayloadTooLargeException">Headers and payload exceed the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="NatsInvalidArgumentException">The subject or a header is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">A timeout is not valid; nothing was sent.</exception>
    /// <exception cref="InvalidOperationException">There are headers and <see cref="NatsOpts.Headers"/> is false, or another thread changed the headers during the call.</exception>
    /// <exception cref="ObjectDisposedException">The client, or the pooled owner in <paramref name="data"/>, has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<NatsMsg<TReply>> RequestAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a request with an empty payload and waits for one reply.</summary>
    /// <typeparam name="TReply">The type of the reply.</typeparam>
    /// <param name="subject">The subject, without wildcards.</param>
    /// <param name="replySerializer">The deserializer of the reply; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="replyOpts">The options of the reply, or null; <see cref="NatsSubOpts.Timeout"/> limits the whole request.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>A task that completes with the reply.</returns>
    /// <exception cref="NatsNoRespondersException">The subject has no subscribers (status 503); reported immediately.</exception>
    /// <exception cref="NatsNoReplyException">No reply within the timeout, or the request could not be sent within it.</exception>
    /// <exception cref="NatsConnectionLostException">The session that carried the request ended; the outcome is unknown.</exception>
    /// <exception cref="NatsPermissionViolationException">The server rejected the publish of the request.</exception>
    /// <exception cref="NatsPayloadTooLargeException">The request exceeds the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="NatsInvalidArgumentException">The subject is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The timeout is not valid; nothing was sent.</exception>
    /// <exception cref="InvalidOperationException">The returned task was awaited twice, or read before it completed.</exception>
    /// <exception cref="ObjectDisposedException">The client has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<NatsMsg<TReply>> RequestAsync<TReply>(string subject, INatsDeserialize<TReply>? replySerializer = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default);

    /// <summary>Ends the session and connects again, to another server where there is one.</summary>
    /// <returns>A task that completes when a session is open and the server has confirmed the subscriptions.</returns>
    /// <exception cref="InvalidOperationException">The connection does not reconnect (<see cref="NatsOpts.MaxReconnectRetry"/> is 0).</exception>
    /// <exception cref="NatsConnectionFailedException">No server accepted the client before the connection gave up.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="ObjectDisposedException">The client has been disposed.</exception>
    ValueTask ReconnectAsync();

    /// <summary>Ends the session and connects again, to another server where there is one.</summary>
    /// <param name="cancellationToken">Cancels the wait, not the reconnect.</param>
    /// <returns>A task that completes when a session is open and the server has confirmed the subscriptions.</returns>
    /// <exception cref="InvalidOperationException">The connection does not reconnect (<see cref="NatsOpts.MaxReconnectRetry"/> is 0).</exception>
    /// <exception cref="NatsConnectionFailedException">No server accepted the client before the connection gave up.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="ObjectDisposedException">The client has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask ReconnectAsync(CancellationToken cancellationToken) => throw MissingMember.Of(this);
}
