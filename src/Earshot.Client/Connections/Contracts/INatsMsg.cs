namespace Earshot;

/// <summary>The part of a message that does not depend on the type of its value.</summary>
public interface INatsMsg
{
    /// <summary>The headers of the message; null when there are none.</summary>
    NatsHeaders? Headers { get; }
}

/// <summary>A message with a value of a given type.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
public interface INatsMsg<T> : INatsMsg
{
    /// <summary>The subject the message was sent to.</summary>
    string Subject { get; }

    /// <summary>The reply subject; null when no reply is expected.</summary>
    string? ReplyTo { get; }

    /// <summary>The size of subject, reply subject, headers and payload in bytes.</summary>
    int Size { get; }

    /// <summary>The value of the message; the default of the type when the payload is empty or could not be read.</summary>
    T? Data { get; }

    /// <summary>The connection the message was received from.</summary>
    INatsConnection? Connection { get; }

    /// <summary>Why headers or payload could not be read; null when they could.</summary>
    NatsException? Error { get; }

    /// <summary>Throws an exception when the message is an error: it could not be read, or it is a no-responders reply.</summary>
    /// <exception cref="NatsNoRespondersException">The message is a no-responders reply (status 503).</exception>
    /// <exception cref="NatsException">Headers or payload could not be read; the exception is <see cref="Error"/>.</exception>
    void EnsureSuccess();

    /// <summary>Replies with a message that has an empty payload.</summary>
    /// <param name="headers">The headers, or null.</param>
    /// <param name="replyTo">The reply subject of the reply, or null.</param>
    /// <param name="opts">The options of the publish, or null.</param>
    /// <param name="cancellationToken">Cancels the wait for space in the outbound buffer.</param>
    /// <returns>A task that completes when the reply is in the outbound buffer.</returns>
    /// <exception cref="NatsException">The message has no reply subject or no connection.</exception>
    /// <exception cref="InvalidOperationException">There are headers and <see cref="NatsOpts.Headers"/> is false, or another thread changed the headers during the call.</exception>
    /// <exception cref="NatsInvalidArgumentException">The subject, the reply subject or a header is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The timeout is not valid; nothing was sent.</exception>
    /// <exception cref="NatsPayloadTooLargeException">The headers exceed the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsPublishBufferException">The pending buffer is full, or nothing may be buffered; nothing was sent.</exception>
    /// <exception cref="NatsTimeoutException">No session was open, or there was no space in the buffer, within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call; nothing was sent.</exception>
    /// <exception cref="ObjectDisposedException">The connection has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was sent.</exception>
    ValueTask ReplyAsync(NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Replies with a value of a given type.</summary>
    /// <typeparam name="TReply">The type of the reply.</typeparam>
    /// <param name="data">The reply. The call takes ownership of a pooled owner, as for a publish.</param>
    /// <param name="headers">The headers, or null.</param>
    /// <param name="replyTo">The reply subject of the reply, or null.</param>
    /// <param name="serializer">The serializer; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="opts">The options of the publish, or null.</param>
    /// <param name="cancellationToken">Cancels the wait for space in the outbound buffer.</param>
    /// <returns>A task that completes when the reply is in the outbound buffer.</returns>
    /// <exception cref="NatsException">The message has no reply subject or no connection.</exception>
    /// <exception cref="InvalidOperationException">There are headers and <see cref="NatsOpts.Headers"/> is false, or another thread changed the headers during the call.</exception>
    /// <exception cref="NatsInvalidArgumentException">The subject, the reply subject or a header is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The timeout is not valid; nothing was sent.</exception>
    /// <exception cref="NatsPayloadTooLargeException">Headers and payload exceed the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsPublishBufferException">The pending buffer is full, or nothing may be buffered; nothing was sent.</exception>
    /// <exception cref="NatsTimeoutException">No session was open, or there was no space in the buffer, within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call; nothing was sent.</exception>
    /// <exception cref="ObjectDisposedException">The connection, or the pooled owner in <paramref name="data"/>, has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was sent.</exception>
    ValueTask ReplyAsync<TReply>(TReply data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<TReply>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Replies with the data and headers of another message.</summary>
    /// <typeparam name="TReply">The type of the reply.</typeparam>
    /// <param name="msg">The message whose data and headers are sent.</param>
    /// <param name="serializer">The serializer; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="opts">The options of the publish, or null.</param>
    /// <param name="cancellationToken">Cancels the wait for space in the outbound buffer.</param>
    /// <returns>A task that completes when the reply is in the outbound buffer.</returns>
    /// <exception cref="NatsException">The message has no reply subject or no connection.</exception>
    /// <exception cref="InvalidOperationException">There are headers and <see cref="NatsOpts.Headers"/> is false, or another thread changed the headers during the call.</exception>
    /// <exception cref="NatsInvalidArgumentException">The subject, the reply subject or a header is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The timeout is not valid; nothing was sent.</exception>
    /// <exception cref="NatsPayloadTooLargeException">Headers and payload exceed the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsPublishBufferException">The pending buffer is full, or nothing may be buffered; nothing was sent.</exception>
    /// <exception cref="NatsTimeoutException">No session was open, or there was no space in the buffer, within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call; nothing was sent.</exception>
    /// <exception cref="ObjectDisposedException">The connection, or the pooled owner in <paramref name="msg"/>, has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was sent.</exception>
    ValueTask ReplyAsync<TReply>(NatsMsg<TReply> msg, INatsSerialize<TReply>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);
}
