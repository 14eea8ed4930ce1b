namespace Earshot;

/// <summary>Extension methods that send a message as a request with many replies.</summary>
public static class NatsRequestManyExtensions
{
    /// <summary>Sends the message as a request and receives many replies.</summary>
    /// <remarks>It throws what <see cref="INatsConnection.RequestManyAsync{TRequest, TReply}"/> throws.</remarks>
    /// <typeparam name="TRequest">The type of the request.</typeparam>
    /// <typeparam name="TReply">The type of the replies.</typeparam>
    /// <param name="nats">The connection.</param>
    /// <param name="msg">The message whose subject, headers and data are sent; its reply subject is not used.</param>
    /// <param name="requestSerializer">The serializer of the request; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="replySerializer">The deserializer of the replies; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="requestOpts">The options of the publish, or null.</param>
    /// <param name="replyOpts">The limits that end the enumeration, or null.</param>
    /// <param name="cancellationToken">Cancels the request and ends the enumeration.</param>
    /// <returns>The replies.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="nats"/> is null.</exception>
    public static IAsyncEnumerable<NatsMsg<TReply>> RequestManyAsync<TRequest, TReply>(this INatsConnection nats, NatsMsg<TRequest> msg, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nats);
        return nats.RequestManyAsync(msg.Subject, msg.Data, msg.Headers, requestSerializer, replySerializer, requestOpts, replyOpts, cancellationToken);
    }
}
