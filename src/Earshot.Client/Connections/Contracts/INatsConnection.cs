using Earshot.Errors;

namespace Earshot;

/// <summary>
/// A connection: what a client does, what it goes through, and how to listen to that. Members that the official client does not have throw a
/// <see cref="NotSupportedException"/> where an implementation leaves them out, so that fakes written for that client compile.
/// </summary>
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

    /// <summary>The journal: everything that happened, and all ways to hear of it.</summary>
    NatsEvents Events => throw MissingMember.Of(this);

    /// <summary>Completes with the last event once the connection is closed and every listener was offered it; never faults.</summary>
    Task<NatsClosedEvent> Closed => throw MissingMember.Of(this);

    /// <summary>Cancelled when the present session ends; already cancelled while there is none.</summary>
    CancellationToken SessionToken => throw MissingMember.Of(this);

    /// <summary>What the server said of itself last; null while there is no session.</summary>
    INatsServerInfo? ServerInfo { get; }

    /// <summary>The options the connection was made with.</summary>
    NatsOpts Opts { get; }

    /// <summary>The state now. An event carries the state of its own moment.</summary>
    NatsConnectionState ConnectionState { get; }

    /// <summary>True figures since the connection was made.</summary>
    NatsStats Stats => throw MissingMember.Of(this);

    /// <summary>All that events say of the connection besides their own facts, at this moment.</summary>
    NatsConnectionSnapshot Snapshot => throw MissingMember.Of(this);

    /// <summary>As <see cref="NatsOpts.OnConnectingAsync"/>, which it replaces from the next attempt on. Null: that of the options.</summary>
    Func<(string Host, int Port), ValueTask<(string Host, int Port)>>? OnConnectingAsync { set; }

    /// <summary>As <see cref="NatsOpts.OnSocketAvailableAsync"/>, which it replaces from the next attempt on. Null: that of the options.</summary>
    Func<INatsSocketConnection, ValueTask<INatsSocketConnection>>? OnSocketAvailableAsync { set; }

    /// <summary>Reads header blocks as this connection does.</summary>
    NatsHeaderParser HeaderParser => throw MissingMember.Of(this);

    /// <summary>The server pool: given and discovered servers with what is known of each.</summary>
    IReadOnlyList<NatsServer> Servers => throw MissingMember.Of(this);

    /// <summary>Only the discovered ones.</summary>
    IReadOnlyList<NatsServer> DiscoveredServers => throw MissingMember.Of(this);

    /// <summary>Publishes a message as it is.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="msg">Subject, reply, headers and data are used.</param>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="opts">Options of this publish.</param>
    /// <param name="cancellationToken">Stops waiting for room in the buffer.</param>
    /// <returns>As for a value.</returns>
    ValueTask PublishAsync<T>(in NatsMsg<T> msg, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Subscribes now and returns a handle.</summary>
    /// <typeparam name="T">Type of the values.</typeparam>
    /// <param name="subject">What to listen to; wildcards allowed.</param>
    /// <param name="queueGroup">Members of a queue group share the messages.</param>
    /// <param name="serializer">Null: the registry's.</param>
    /// <param name="opts">Limits and timeouts.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    /// <returns>The subscription; its SUB is in front of everything published afterwards.</returns>
    /// <exception cref="NatsInvalidArgumentException">The subject or queue group is not allowed.</exception>
    ValueTask<INatsSub<T>> SubscribeCoreAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends one request and takes many replies (ADR-47): until <see cref="NatsSubOpts.MaxMsgs"/>, an idle time, an empty
    /// message (unless <see cref="NatsSubOpts.StopOnEmptyMsg"/> is false) or the total time, by default the request timeout.
    /// </summary>
    /// <typeparam name="TRequest">Type of the request.</typeparam>
    /// <typeparam name="TReply">Type of the replies.</typeparam>
    /// <param name="subject">Where to.</param>
    /// <param name="data">The request; a pooled owner is handed over as when publishing, when the enumeration begins.</param>
    /// <param name="headers">Headers.</param>
    /// <param name="requestSerializer">Null: the registry's.</param>
    /// <param name="replySerializer">Null: the registry's.</param>
    /// <param name="requestOpts">Options of the publish.</param>
    /// <param name="replyOpts">When it ends.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>The replies.</returns>
    /// <exception cref="NatsNoRespondersException">Nobody subscribes to the subject.</exception>
    IAsyncEnumerable<NatsMsg<TReply>> RequestManyAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a request and gives the subscription of its replies, to read them as one likes. It ends as its options say, or is disposed.</summary>
    /// <typeparam name="TRequest">Type of the request.</typeparam>
    /// <typeparam name="TReply">Type of the replies.</typeparam>
    /// <param name="subject">Where to.</param>
    /// <param name="data">The request; a pooled owner is handed over as when publishing.</param>
    /// <param name="headers">Headers.</param>
    /// <param name="requestSerializer">Null: the registry's.</param>
    /// <param name="replySerializer">Null: the registry's.</param>
    /// <param name="requestOpts">Options of the publish.</param>
    /// <param name="replyOpts">Options of the subscription; nothing ends it by default.</param>
    /// <param name="cancellationToken">Ends the subscription.</param>
    /// <returns>The subscription; completes when the request is in the outbound buffer. That nobody responds is a message with <see cref="NatsMsg{T}.HasNoResponders"/>.</returns>
    /// <exception cref="NatsInvalidArgumentException">The subject or a header is not allowed; nothing was sent.</exception>
    /// <exception cref="NatsDeliveryException">Not sent: too large, no room in time, or closed.</exception>
    ValueTask<INatsSub<TReply>> CreateRequestSubAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default) =>
        throw MissingMember.Of(this);

    /// <summary>A new unique subject below <see cref="NatsOpts.InboxPrefix"/>.</summary>
    /// <returns>The subject.</returns>
    string NewInbox();

    /// <summary>
    /// Waits until the server has processed everything published so far, for at most <see cref="NatsOpts.CommandTimeout"/>. It fails when
    /// something published may have been lost with a session: all calls in flight when that session ended, or, where there was none, all
    /// that begin before the first of them has failed. Callable from any thread.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting; what the call would have reported is left to the next one.</param>
    /// <returns>Completes with the server's answer.</returns>
    /// <exception cref="NatsUncertainPublishException">Published messages may or may not have arrived, and how many.</exception>
    /// <exception cref="NatsConnectionLostException">The session ended before its answer, with nothing uncertain.</exception>
    /// <exception cref="NatsTimeoutException">No answer in time.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or closed meanwhile.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>
    /// The same for what was published behind a mark: it fails exactly when some of that is uncertain, whatever other calls have
    /// reported, and takes nothing away from them. Callable from any thread.
    /// </summary>
    /// <param name="mark">From <see cref="GetPublishMark"/> of this connection, called before the publishes in question.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Completes with the server's answer.</returns>
    /// <exception cref="NatsUncertainPublishException">Messages published behind the mark may or may not have arrived, and how many.</exception>
    /// <exception cref="NatsConnectionLostException">The session ended before its answer, with nothing uncertain.</exception>
    /// <exception cref="NatsTimeoutException">No answer in time.</exception>
    /// <exception cref="NatsConnectionClosedException">The connection is closed, or closed meanwhile.</exception>
    ValueTask FlushAsync(NatsPublishMark mark, CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>A place behind everything published so far. Callable from any thread; does not wait.</summary>
    /// <returns>The mark, for <see cref="FlushAsync(NatsPublishMark, CancellationToken)"/>.</returns>
    NatsPublishMark GetPublishMark() => throw MissingMember.Of(this);

    /// <summary>Lets everything arrive, in both directions, and closes: no message that was received goes unread.</summary>
    /// <param name="cancellationToken">Stops waiting, not the draining.</param>
    /// <returns>Completes when closed.</returns>
    ValueTask DrainAsync(CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>Closes for good; what was published before is flushed for at most half a second. Callable from any handler.</summary>
    /// <returns>Completes when closed and the listeners have heard of it, or after the event drain timeout.</returns>
    ValueTask CloseAsync() => throw MissingMember.Of(this);

    /// <summary>Leaves the server and connects anew.</summary>
    /// <param name="options">Which server, and the reason to record.</param>
    /// <param name="cancellationToken">Stops waiting, not the reconnecting.</param>
    /// <returns>Completes when connected again and the server has confirmed the subscriptions.</returns>
    ValueTask ReconnectAsync(NatsForceReconnectOptions options, CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>Replaces the server pool, discovered servers too (ADR-40).</summary>
    /// <param name="urls">The new servers.</param>
    /// <param name="reconnect">Leave the present server as well.</param>
    /// <param name="cancellationToken">Stops waiting for the reconnect.</param>
    /// <returns>Completes when the pool is replaced and, if asked for, the connection is open again.</returns>
    /// <exception cref="ArgumentException">A URL is not valid; nothing is changed.</exception>
    ValueTask SetServersAsync(IEnumerable<string> urls, bool reconnect = false, CancellationToken cancellationToken = default) => throw MissingMember.Of(this);

    /// <summary>Waits until the connection is in a state.</summary>
    /// <param name="state">The state.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Completes at once when it already is.</returns>
    Task WaitForStateAsync(NatsConnectionState state, CancellationToken cancellationToken = default) => throw MissingMember.Of(this);
}
