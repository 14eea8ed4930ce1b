using System.Threading.Tasks.Sources;
using Earshot.Messages;
using Earshot.Outbound;
using Earshot.Serialization;
using Earshot.Subscriptions;

namespace Earshot.Connections;

/// <summary>
/// A reply that is delivered to the application, which turns it into a message when it reads the result: on the application's thread, and
/// without an async state machine that would be rented and returned on different threads. It belongs to its waiter's slot and is reused
/// with it.
/// </summary>
internal sealed class PendingReply<T>(RequestWaiter waiter) : IValueTaskSource<NatsMsg<T>>
{
    private ReplyOptions<T> _terms;

    public static ValueTask<NatsMsg<T>> Ask<TRequest>(Requester requester, in PublishCall call, TRequest? data, INatsSerialize<TRequest> serializer, in ReplyOptions<T> terms)
    {
        try
        {
            bool exact = PayloadForm.For<T>(terms.Deserializer) == PayloadFormKind.ByteArray;
            ValueTask<InboundMessage> reply = requester.RequestAsync(call, data, serializer, exact, out RequestWaiter? waiter);
            if (waiter is null)
            {
                return TakeAsync(reply, call.Subject, terms);
            }

            PendingReply<T> pending = waiter.View as PendingReply<T> ?? new PendingReply<T>(waiter);
            (waiter.View, pending._terms) = (pending, terms);
            return new ValueTask<NatsMsg<T>>(pending, waiter.Version);
        }
        catch (Exception e)
        {
            return ValueTask.FromException<NatsMsg<T>>(e);
        }
    }

    public NatsMsg<T> GetResult(short token)
    {
        (string subject, ReplyOptions<T> terms) = (waiter.Subject, _terms); // before the slot is given back, and perhaps taken again
        return Take(waiter.GetResult(token), subject, terms);
    }

    public ValueTaskSourceStatus GetStatus(short token) => waiter.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        waiter.OnCompleted(continuation, state, token, flags);

    private static async ValueTask<NatsMsg<T>> TakeAsync(ValueTask<InboundMessage> reply, string subject, ReplyOptions<T> terms) =>
        Take(await reply.ConfigureAwait(false), subject, terms);

    private static NatsMsg<T> Take(in InboundMessage reply, string subject, in ReplyOptions<T> terms)
    {
        NatsMsg<T> message = MessageDecoder<T>.From(reply, terms.Source, terms.Deserializer);
        return message.HasNoResponders && terms.ThrowsNoResponders ? throw new NatsNoRespondersException(subject) : message;
    }
}
