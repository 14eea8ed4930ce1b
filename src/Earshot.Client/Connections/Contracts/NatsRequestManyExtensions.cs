namespace Earshot;

/// <summary>Extension methods that send a message as a request with many replies.</summary>
public static class NatsRequestManyExtensions
{
    /// <summary>Sends the message as a request and receives many replies.</summary>
    /// <typeparam name="TRequest">Type of the request.</typeparam>
    /// <typeparam name="TReply">Type of the replies.</typeparam>
    /// <param name="nats">The connection.</param>
    /// <param name="msg">Subject, headers and data are used; its reply subject is not.</param>
    /// <param name="requestSerializer">Null: the registry's.</param>
    /// <param name="replySerializer">Null: the registry's.</param>
    /// <param name="requestOpts">Options of the publish.</param>
    /// <param name="replyOpts">When it ends.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>The replies.</returns>
    public static IAsyncEnumerable<NatsMsg<TReply>> RequestManyAsync<TRequest, TReply>(this INatsConnection nats, NatsMsg<TRequest> msg, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nats);
        return nats.RequestManyAsync(msg.Subject, msg.Data, msg.Headers, requestSerializer, replySerializer, requestOpts, replyOpts, cancellationToken);
    }
}
