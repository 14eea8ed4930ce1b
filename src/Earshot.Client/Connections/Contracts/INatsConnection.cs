using Earshot.Errors;

namespace Earshot;

/// <summary>A connection to a NATS system: the operations of a client, the state of the connection, and its events.</summary>
/// <remarks>
/// All members can be called from any thread. Members that the official client does not have throw a <see cref="NotSupportedException"/>
/// where an implementation leaves them out, so that test doubles written for that client compile.
/// </remarks>
public interface INatsConnection : INatsClient
{
    /// <inheritdoc cref="NatsConnectionEvents.ConnectionDisconnected"/>
    event AsyncEventHandler<NatsEventArgs> ConnectionDisconnected;

    /// <inheritdoc cref="NatsConnectionEvents.ConnectionOpened"/>
    event AsyncEventHandler<NatsEventArgs> ConnectionOpened;

    /// <inheritdoc cref="NatsConnectionEvents.ConnectionReconnected"/>
    event AsyncEventHandler<NatsEventArgs> ConnectionReconnected { add => throw MissingMember.Of(this); remove => throw MissingMember.Of(this); }

    /// <inheritdoc cref="NatsConnectionEvents.ConnectionClosed"/>
    event AsyncEventHandler<NatsEventArgs> ConnectionClosed { add => throw MissingMember.Of(this); remove => throw MissingMember.Of(this); }

    /// <inheritdoc cref="NatsConnectionEvents.ReconnectFailed"/>
    event AsyncEventHandler<NatsEventArgs> ReconnectFailed;

    /// <inheritdoc cref="NatsConnectionEvents.MessageDropped"/>
    event AsyncEventHandler<NatsMessageDroppedEventArgs> MessageDropped;

    /// <inheritdoc cref="NatsConnectionEvents.SlowConsumerDetected"/>
    event AsyncEventHandler<NatsSlowConsumerEventArgs> SlowConsumerDetected;

    /// <inheritdoc cref="NatsConnectionEvents.LameDuckModeActivated"/>
    event AsyncEventHandler<NatsLameDuckModeActivatedEventArgs> LameDuckModeActivated;

    /// <inheritdoc cref="NatsConnectionEvents.ServerError"/>
    event AsyncEventHandler<NatsServerErrorEventArgs> ServerError;

    /// <inheritdoc cref="NatsConnectionEvents.ServersDiscovered"/>
    event AsyncEventHandler<NatsEventArgs> ServersDiscovered { add => throw MissingMember.Of(this); remove => throw MissingMember.Of(this); }

    /// <inheritdoc cref="NatsConnectionEvents.ErrorOccurred"/>
    event AsyncEventHandler<NatsEventArgs> ErrorOccurred { add => throw MissingMember.Of(this); remove => throw MissingMember.Of(this); }

    /// <summary>The event journal of the connection, and all ways to receive its events.</summary>
    NatsEvents Events => throw MissingMember.Of(this);

    /// <summary>A task that completes with the last event when the connection is closed and every listener was offered that event. It never faults.</summary>
    Task<NatsClosedEvent> Closed => throw MissingMember.Of(this);

    /// <summary>A token that is cancelled when the current session ends; it is already cancelled while there is no session.</summary>
    CancellationToken SessionToken => throw MissingMember.Of(this);

    /// <summary>
    /// The id of this connection object: 12 random hexadecimal digits, the same for all its sessions. Its snapshots have it too, so that
    /// the recorded journals of many connections can be distinguished.
    /// </summary>
    string ConnectionId => throw MissingMember.Of(this);

    /// <summary>The last INFO of the server; null while there is no session.</summary>
    INatsServerInfo? ServerInfo { get; }

    /// <summary>The options of the connection. A <see cref="NatsConnection"/> returns an equal copy of those it was created with, which it may share with others.</summary>
    NatsOpts Opts { get; }

    /// <summary>The current state of the connection. An event carries the state at the moment of the event.</summary>
    NatsConnectionState ConnectionState { get; }

    /// <summary>Counters since the connection was created.</summary>
    NatsStats Stats => throw MissingMember.Of(this);

    /// <summary>The current values of the connection properties that every event carries.</summary>
    NatsConnectionSnapshot Snapshot => throw MissingMember.Of(this);

    /// <summary>Replaces <see cref="NatsOpts.OnConnectingAsync"/>, from the next attempt on. Null: the callback of the options.</summary>
    Func<(string Host, int Port), ValueTask<(string Host, int Port)>>? OnConnectingAsync { get; set; }

    /// <summary>Replaces <see cref="NatsOpts.OnSocketAvailableAsync"/>, from the next attempt on. Null: the callback of the options.</summary>
    Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? OnSocketAvailableAsync { get; set; }

    /// <summary>A parser that parses header blocks with the settings of this connection.</summary>
    NatsHeaderParser HeaderParser => throw MissingMember.Of(this);

    /// <summary>The server pool: the configured and discovered servers, with what is known about each.</summary>
    IReadOnlyList<NatsServer> Servers => throw MissingMember.Of(this);

    /// <summary>The servers of the pool that another server advertised.</summary>
    IReadOnlyList<NatsServer> DiscoveredServers => throw MissingMember.Of(this);

    /// <summary>Publishes a message: its subject, reply subject, headers and data.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="msg">The message. The call takes ownership of a pooled owner in its data.</param>
    /// <param name="serializer">The serializer of the value; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="opts">The options of this publish, or null.</param>
    /// <param name="cancellationToken">Cancels the wait for a connection or for space in the outbound buffer.</param>
    /// <returns>A task that completes when the message is in the outbound buffer.</returns>
    /// <exception cref="NatsInvalidArgumentException">The subject, the reply subject or a header is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">The timeout is not valid; nothing was sent.</exception>
    /// <exception cref="NatsPayloadTooLargeException">Headers and payload exceed the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsPublishBufferException">The pending buffer is full, or nothing may be buffered; nothing was sent.</exception>
    /// <exception cref="NatsTimeoutException">No session was open, or there was no space in the buffer, within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call; nothing was sent.</exception>
    /// <exception cref="InvalidOperationException">There are headers and <see cref="NatsOpts.Headers"/> is false, or another thread changed the headers during the call.</exception>
    /// <exception cref="ObjectDisposedException">The connection, or the pooled owner in the message, has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was sent.</exception>
    ValueTask PublishAsync<T>(in NatsMsg<T> msg, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Subscribes to a subject and returns the subscription. Connects first if necessary.</summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="subject">The subject; wildcards are allowed.</param>
    /// <param name="queueGroup">The queue group, whose members share the messages, or null.</param>
    /// <param name="serializer">The deserializer, called while messages are read; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="opts">The limits and timeouts of the subscription, or null.</param>
    /// <param name="cancellationToken">Cancels the call, and ends the subscription afterwards.</param>
    /// <returns>A task that completes with the subscription. Its SUB precedes everything published afterwards on the wire.</returns>
    /// <exception cref="NatsInvalidArgumentException">The subject or the queue group is not valid.</exception>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    /// <exception cref="NatsTimeoutException">The call had to connect first, and no session was open within <see cref="NatsOpts.CommandTimeout"/>.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed or drains, or was closed during the call.</exception>
    /// <exception cref="ObjectDisposedException">The connection has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<INatsSub<T>> SubscribeCoreAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends one request and receives many replies (ADR-47). The enumeration ends at <see cref="NatsSubOpts.MaxMsgs"/>, after an idle
    /// timeout, at an empty message (unless <see cref="NatsSubOpts.StopOnEmptyMsg"/> is false) or at the total timeout, by default the
    /// request timeout.
    /// </summary>
    /// <typeparam name="TRequest">The type of the request.</typeparam>
    /// <typeparam name="TReply">The type of the replies.</typeparam>
    /// <param name="subject">The subject, without wildcards.</param>
    /// <param name="data">The request. The enumeration takes ownership of a pooled owner when it begins.</param>
    /// <param name="headers">The headers, or null.</param>
    /// <param name="requestSerializer">The serializer of the request; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="replySerializer">The deserializer of the replies; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="requestOpts">The options of the publish, or null.</param>
    /// <param name="replyOpts">The limits that end the enumeration, or null.</param>
    /// <param name="cancellationToken">Cancels the request and ends the enumeration.</param>
    /// <returns>The replies. The request is sent when the enumeration begins; except for the arguments, exceptions are thrown by the enumeration.</returns>
    /// <exception cref="NatsNoRespondersException">The subject has no subscribers (status 503).</exception>
    /// <exception cref="NatsInvalidArgumentException">The subject or a header is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">An option is not valid; nothing was sent.</exception>
    /// <exception cref="NatsNoReplyException">The session ended, and none was open again within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsTimeoutException">The call had to connect first, and no session was open within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsConnectionLostException">The session that carried the request ended.</exception>
    /// <exception cref="NatsPayloadTooLargeException">Headers and payload exceed the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsPublishBufferException">There was no space in the buffer within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the enumeration.</exception>
    /// <exception cref="InvalidOperationException">There are headers and <see cref="NatsOpts.Headers"/> is false.</exception>
    /// <exception cref="ObjectDisposedException">The connection, or the pooled owner in <paramref name="data"/>, has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    IAsyncEnumerable<NatsMsg<TReply>> RequestManyAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a request and returns the subscription that receives its replies. It ends as its options say, or when it is disposed.</summary>
    /// <typeparam name="TRequest">The type of the request.</typeparam>
    /// <typeparam name="TReply">The type of the replies.</typeparam>
    /// <param name="subject">The subject, without wildcards.</param>
    /// <param name="data">The request. The call takes ownership of a pooled owner and disposes it, also when it throws or is cancelled.</param>
    /// <param name="headers">The headers, or null. They are read before the call returns or the task completes.</param>
    /// <param name="requestSerializer">The serializer of the request; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="replySerializer">The deserializer of the replies; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="requestOpts">The options of the publish, or null.</param>
    /// <param name="replyOpts">The options of the subscription, or null; by default nothing ends it.</param>
    /// <param name="cancellationToken">Cancels the call, and ends the subscription afterwards.</param>
    /// <returns>
    /// A task that completes with the subscription when the request is in the outbound buffer. A no-responders reply is a message with
    /// <see cref="NatsMsg{T}.HasNoResponders"/>.
    /// </returns>
    /// <exception cref="NatsInvalidArgumentException">The subject or a header is not valid; nothing was sent.</exception>
    /// <exception cref="ArgumentException">An option is not valid; nothing was sent.</exception>
    /// <exception cref="NatsDeliveryException">Base of the following exceptions; its outcome indicates whether the server may have received the message.</exception>
    /// <exception cref="NatsPayloadTooLargeException">Headers and payload exceed the maximum payload; nothing was sent.</exception>
    /// <exception cref="NatsPublishBufferException">There was no space in the buffer, or nothing may be buffered; nothing was sent.</exception>
    /// <exception cref="NatsTimeoutException">No session was open, or there was no space in the buffer, within the timeout; nothing was sent.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client; nothing was sent.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call; nothing was sent.</exception>
    /// <exception cref="InvalidOperationException">There are headers and <see cref="NatsOpts.Headers"/> is false, or another thread changed the headers during the call.</exception>
    /// <exception cref="ObjectDisposedException">The connection, or the pooled owner in <paramref name="data"/>, has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing was sent.</exception>
    ValueTask<INatsSub<TReply>> CreateRequestSubAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default) =>
        throw MissingMember.Of(this);

    /// <summary>Creates a new unique subject below <see cref="NatsOpts.InboxPrefix"/>.</summary>
    /// <returns>The subject; it is unique without a round trip to the server.</returns>
    string NewInbox();

    /// <summary>Waits until the server has processed everything published so far, for at most <see cref="NatsOpts.CommandTimeout"/>.</summary>
    /// <remarks>
    /// The flush fails when something published may have been lost with a session. That is reported to all calls in progress when the
    /// session ended or, where there was none, to all calls that begin before the first of them has failed.
    /// </remarks>
    /// <param name="cancellationToken">Cancels the wait; what the call would have reported is left to the next one.</param>
    /// <returns>A task that completes when the PONG arrives.</returns>
    /// <exception cref="NatsUncertainPublishException">Published messages may or may not have arrived; the exception contains their number.</exception>
    /// <exception cref="NatsConnectionLostException">The session ended before the PONG arrived, and nothing is uncertain.</exception>
    /// <exception cref="NatsTimeoutException">No session or no PONG within <see cref="NatsOpts.CommandTimeout"/>.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client.</exception>
    /// <exception cref="ObjectDisposedException">The connection has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>Waits until the server has processed everything published so far, and reports what is uncertain of the publishes after a mark.</summary>
    /// <remarks>
    /// It fails exactly when some of the publishes after the mark are uncertain, whatever other calls have reported, and does not change
    /// what other calls report. The limit is <see cref="NatsOpts.CommandTimeout"/>.
    /// </remarks>
    /// <param name="mark">A mark of this connection, from <see cref="GetPublishMark"/> called before the publishes in question.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the PONG arrives.</returns>
    /// <exception cref="NatsUncertainPublishException">Messages published after the mark may or may not have arrived; the exception contains their number.</exception>
    /// <exception cref="NatsConnectionLostException">The session ended before the PONG arrived, and nothing is uncertain.</exception>
    /// <exception cref="NatsTimeoutException">No session or no PONG within <see cref="NatsOpts.CommandTimeout"/>.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="NatsConnectionFailedException">The call had to connect first, and no server accepted the client.</exception>
    /// <exception cref="ObjectDisposedException">The connection has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask FlushAsync(NatsPublishMark mark, CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>Returns the current position in the stream of publishes. Does not wait.</summary>
    /// <returns>A mark for <see cref="FlushAsync(NatsPublishMark, CancellationToken)"/>.</returns>
    NatsPublishMark GetPublishMark() => throw MissingMember.Of(this);

    /// <summary>
    /// Drains the connection and closes it: subscriptions are unsubscribed, received messages are processed, and pending publishes are
    /// flushed.
    /// </summary>
    /// <remarks>
    /// The limit is <see cref="NatsOpts.DrainTimeout"/>; what was not drained by then is reported as <see cref="NatsDrainTimeoutEvent"/>. The
    /// drain waits for the messages that are processed. Therefore the call within a handler of a service of the connection returns when the
    /// drain has begun, and the connection closes after the handler; code that a handler has started counts as the handler while this processes
    /// a request. The loop of an <c>await foreach</c> over a subscription must not await the call: it would wait for itself until the limit.
    /// </remarks>
    /// <param name="cancellationToken">Cancels the wait, not the drain.</param>
    /// <returns>A task that completes when the connection is closed; within a handler of a service, when the drain has begun.</returns>
    /// <exception cref="NatsConnectionClosedException">The connection is already closed.</exception>
    /// <exception cref="ObjectDisposedException">The connection has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask DrainAsync(CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>Closes the connection for good, after a flush of at most 500 ms. Can be called from any handler.</summary>
    /// <returns>A task that completes when the connection is closed and the listeners were offered the last event, at the latest after <see cref="NatsOpts.EventDrainTimeout"/>.</returns>
    ValueTask CloseAsync() => throw MissingMember.Of(this);

    /// <summary>Ends the session and connects again, to a given server if the options name one.</summary>
    /// <param name="options">The target server, and the reason that events show.</param>
    /// <param name="cancellationToken">Cancels the wait, not the reconnect.</param>
    /// <returns>A task that completes when a session is open and the server has confirmed the subscriptions.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The connection does not reconnect (<see cref="NatsOpts.MaxReconnectRetry"/> is 0).</exception>
    /// <exception cref="NatsConnectionFailedException">No server accepted the client before the connection gave up.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="ObjectDisposedException">The connection has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask ReconnectAsync(NatsForceReconnectOptions options, CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>Replaces the servers of the pool, discovered ones included (ADR-40).</summary>
    /// <param name="urls">The URLs of the new servers; at least one.</param>
    /// <param name="reconnect">Whether to leave the current server as well.</param>
    /// <param name="cancellationToken">Cancels the wait for the reconnect.</param>
    /// <returns>A task that completes when the pool is replaced and, if requested, a session is open again.</returns>
    /// <exception cref="ArgumentException">There is no URL, one is not valid, or the TLS options contradict its scheme; nothing is changed.</exception>
    /// <exception cref="NatsConnectionFailedException">No server accepted the client before the connection gave up.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or was closed during the call.</exception>
    /// <exception cref="ObjectDisposedException">The connection has been disposed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask SetServersAsync(IEnumerable<string> urls, bool reconnect = false, CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>Waits until the connection is in a given state.</summary>
    /// <param name="state">The state to wait for.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A task that completes when the connection is in the state; it is completed if it already is.</returns>
    /// <exception cref="NatsException">The connection closed before it was in the state.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task WaitForStateAsync(NatsConnectionState state, CancellationToken cancellationToken = default) => throw MissingMember.Of(this);
}
