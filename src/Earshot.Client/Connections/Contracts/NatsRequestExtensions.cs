namespace Earshot;

/// <summary>Extension methods that send a message as a request.</summary>
public static class NatsRequestExtensions
{
    /// <summary>Sends the message as a request and waits for one reply.</summary>
    /// <remarks>It throws what <see cref="INatsClient.RequestAsync{TRequest, TReply}"/> throws.</remarks>
    /// <typeparam name="TRequest">The type of the request.</typeparam>
    /// <typeparam name="TReply">The type of the reply.</typeparam>
    /// <param name="nats">The connection.</param>
    /// <param name="msg">The message whose subject, headers and data are sent; its reply subject is not used.</param>
    /// <param name="requestSerializer">The serializer of the request; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="replySerializer">The deserializer of the reply; null: the one of <see cref="NatsOpts.SerializerRegistry"/>.</param>
    /// <param name="requestOpts">The options of the publish, or null.</param>
    /// <param name="replyOpts">The options of the reply, or null.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>A task that completes with the reply.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="nats"/> is null.</exception>
    public static ValueTask<NatsMsg<TReply>> RequestAsync<TRequest, TReply>(this INatsConnection nats, in NatsMsg<TRequest> msg, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nats);
        return nats.RequestAsync(msg.Subject, msg.Data, msg.Headers, requestSerializer, replySerializer, requestOpts, replyOpts, cancellationToken);
    }
}
