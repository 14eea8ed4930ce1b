using Earshot.Errors;

namespace Earshot;

/// <summary>The short way to use NATS: connect, publish, subscribe, request.</summary>
public interface INatsClient : IAsyncDisposable
{
    /// <summary>The connection below, with everything it can do and tell.</summary>
    INatsConnection Connection { get; }

    /// <summary>Connects, or returns at once when connected. Optional: the first use connects.</summary>
    /// <returns>Completes when the server has accepted the client.</returns>
    /// <exception cref="NatsConnectionFailedException">No server could be connected to; lists every attempt.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    ValueTask ConnectAsync();

    /// <summary>Connects, or returns at once when connected. Optional: the first use connects.</summary>
    /// <param name="cancellationToken">Stops waiting; the connection goes on as its options say.</param>
    /// <returns>Completes when the server has accepted the client.</returns>
    /// <exception cref="NatsConnectionFailedException">No server could be connected to; lists every attempt.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    ValueTask ConnectAsync(CancellationToken cancellationToken) => throw MissingMember.Of(this);

    /// <summary>Asks the server for a sign of life.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The round-trip time.</returns>
    /// <exception cref="NatsConnectionLostException">The session ended before the answer.</exception>
    ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default);

    /// <summary>Publishes a value.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="subject">Where to; no wildcards.</param>
    /// <param name="data">The value; a pooled owner is handed over with the call and disposed, also when the call throws or is cancelled.</param>
    /// <param name="headers">Headers; read before the call returns or completes.</param>
    /// <param name="replyTo">Where replies shall go.</param>
    /// <param name="serializer">Turns the value into bytes; null: the registry's.</param>
    /// <param name="opts">Options of this publish.</param>
    /// <param name="cancellationToken">Stops waiting for room in the buffer.</param>
    /// <returns>Completes when the message is in the outbound buffer; wait for the server with a flush or a ping.</returns>
    /// <exception cref="NatsInvalidArgumentException">The subject, reply or a header is not allowed; nothing was sent.</exception>
    /// <exception cref="NatsDeliveryException">Not sent: too large, no room in time, or closed.</exception>
    ValueTask PublishAsync<T>(string subject, T data, NatsHeaders? headers = null, string? replyTo = null, INatsSerialize<T>? serializer = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Publishes a message without a payload.</summary>
    /// <param name="subject">Where to; no wildcards.</param>
    /// <param name="headers">Headers.</param>
    /// <param name="replyTo">Where replies shall go.</param>
    /// <param name="opts">Options of this publish.</param>
    /// <param name="cancellationToken">Stops waiting for room in the buffer.</param>
    /// <returns>As for a value.</returns>
    ValueTask PublishAsync(string subject, NatsHeaders? headers = null, string? replyTo = null, NatsPubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Subscribes for as long as the result is enumerated.</summary>
    /// <typeparam name="T">Type of the values.</typeparam>
    /// <param name="subject">What to listen to; wildcards allowed.</param>
    /// <param name="queueGroup">Members of a queue group share the messages.</param>
    /// <param name="serializer">Turns bytes into values, on the reader's time; null: the registry's.</param>
    /// <param name="opts">Limits and timeouts.</param>
    /// <param name="cancellationToken">
    /// Ends the subscription, and the enumeration after what had arrived, without an exception; one that is cancelled before the first move throws.
    /// </param>
    /// <returns>The messages; the subscription begins with the first move.</returns>
    /// <exception cref="NatsConnectionClosedException">While enumerating: the connection was closed, disposed or gave up; what had arrived came before.</exception>
    IAsyncEnumerable<NatsMsg<T>> SubscribeAsync<T>(string subject, string? queueGroup = null, INatsDeserialize<T>? serializer = null, NatsSubOpts? opts = null, CancellationToken cancellationToken = default);

    /// <summary>Sends a request and waits for one reply. The timeout covers connecting, sending and the reply.</summary>
    /// <typeparam name="TRequest">Type of the request.</typeparam>
    /// <typeparam name="TReply">Type of the reply.</typeparam>
    /// <param name="subject">Where to.</param>
    /// <param name="data">The request; a pooled owner is handed over as when publishing.</param>
    /// <param name="headers">Headers.</param>
    /// <param name="requestSerializer">Null: the registry's.</param>
    /// <param name="replySerializer">Null: the registry's.</param>
    /// <param name="requestOpts">Options of the publish.</param>
    /// <param name="replyOpts">Options of the reply; its <see cref="NatsSubOpts.Timeout"/> is the request's.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>The reply.</returns>
    /// <exception cref="NatsNoRespondersException">Nobody subscribes to the subject; at once.</exception>
    /// <exception cref="NatsNoReplyException">No reply in time.</exception>
    /// <exception cref="NatsConnectionLostException">The session that carried it ended.</exception>
    ValueTask<NatsMsg<TReply>> RequestAsync<TRequest, TReply>(string subject, TRequest? data, NatsHeaders? headers = null, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default);

    /// <summary>Sends an empty request and waits for one reply.</summary>
    /// <typeparam name="TReply">Type of the reply.</typeparam>
    /// <param name="subject">Where to.</param>
    /// <param name="replySerializer">Null: the registry's.</param>
    /// <param name="replyOpts">Options of the reply.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>The reply.</returns>
    ValueTask<NatsMsg<TReply>> RequestAsync<TReply>(string subject, INatsDeserialize<TReply>? replySerializer = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default);

    /// <summary>Leaves the server and connects anew, to another one where there is one.</summary>
    /// <returns>Completes when connected again and the server has confirmed the subscriptions.</returns>
    ValueTask ReconnectAsync();

    /// <summary>Leaves the server and connects anew, to another one where there is one.</summary>
    /// <param name="cancellationToken">Stops waiting, not the reconnecting.</param>
    /// <returns>Completes when connected again and the server has confirmed the subscriptions.</returns>
    ValueTask ReconnectAsync(CancellationToken cancellationToken) => throw MissingMember.Of(this);
}
