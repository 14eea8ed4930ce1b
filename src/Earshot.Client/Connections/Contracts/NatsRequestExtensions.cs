namespace Earshot;

/// <summary>Extension methods that send a message as a request.</summary>
public static class NatsRequestExtensions
{
    /// <summary>Sends the message as a request and waits for one reply.</summary>
    /// <typeparam name="TRequest">Type of the request.</typeparam>
    /// <typeparam name="TReply">Type of the reply.</typeparam>
    /// <param name="nats">The connection.</param>
    /// <param name="msg">Subject, headers and data are used; its reply subject is not.</param>
    /// <param name="requestSerializer">Null: the registry's.</param>
    /// <param name="replySerializer">Null: the registry's.</param>
    /// <param name="requestOpts">Options of the publish.</param>
    /// <param name="replyOpts">Options of the reply.</param>
    /// <param name="cancellationToken">Gives the request up.</param>
    /// <returns>The reply.</returns>
    public static ValueTask<NatsMsg<TReply>> RequestAsync<TRequest, TReply>(this INatsConnection nats, in NatsMsg<TRequest> msg, INatsSerialize<TRequest>? requestSerializer = null, INatsDeserialize<TReply>? replySerializer = null, NatsPubOpts? requestOpts = null, NatsSubOpts? replyOpts = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(nats);
        return nats.RequestAsync(msg.Subject, msg.Data, msg.Headers, requestSerializer, replySerializer, requestOpts, replyOpts, cancellationToken);
    }
}
