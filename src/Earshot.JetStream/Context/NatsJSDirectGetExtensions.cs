using Earshot.JetStream.Requests;

namespace Earshot.JetStream;

/// <summary>Extension methods that read several messages of a stream with one request.</summary>
public static class NatsJSDirectGetExtensions
{
    /// <summary>
    /// Reads several messages from any replica or mirror with one request (ADR-31, since server 2.11). The stream must have
    /// <see cref="StreamConfig.AllowDirect"/>. A replica may be behind the leader. The headers <c>Nats-Stream</c>, <c>Nats-Subject</c>,
    /// <c>Nats-Sequence</c>, <c>Nats-Time-Stamp</c>, <c>Nats-Num-Pending</c> and <c>Nats-Last-Sequence</c> follow the headers of each message.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="context">The context.</param>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="request">The messages to read.</param>
    /// <param name="serializer">The deserializer. Null: the one of the connection's registry.</param>
    /// <param name="ended">Called before the enumeration ends, with the number of messages that are left and the sequences to continue with. Null: not called.</param>
    /// <param name="cancellationToken">Cancels the enumeration.</param>
    /// <returns>The messages in the order of their sequences; none when no message matches.</returns>
    /// <exception cref="ArgumentException">The request is not valid. Nothing was sent.</exception>
    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support the request.</exception>
    /// <exception cref="NatsJSApiNoResponseException">No responders: the stream does not exist or does not allow direct get; or no further message within <see cref="NatsJSOpts.RequestTimeout"/>.</exception>
    /// <exception cref="NatsJSProtocolException">The server rejects the request, for example with the status 413 because more than 1,024 subjects match.</exception>
    public static IAsyncEnumerable<NatsMsg<T>> GetBatchDirectAsync<T>(
        this INatsJSContext context, string stream, StreamMsgBatchGetRequest request, INatsDeserialize<T>? serializer = null, Action<StreamMsgBatchGetEnd>? ended = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        BatchGet.Check(stream, request);
        return BatchGet.ReadAsync(new ContextParts(context.Connection, context.Opts), stream, request, serializer, ended, cancellationToken);
    }
}
