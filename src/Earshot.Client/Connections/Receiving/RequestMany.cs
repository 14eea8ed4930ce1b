using System.Runtime.CompilerServices;
using Earshot.Outbound;
using Earshot.Serialization;

namespace Earshot.Connections;

/// <summary>One request with many replies: a subscription of its own for the replies, which ends as the caller's options say.</summary>
internal static class RequestMany
{
    public static async IAsyncEnumerable<NatsMsg<TReply>> AskAsync<TRequest, TReply>(
        INatsConnection connection,
        ConnectionComposition parts,
        RequestManyOptions<TRequest, TReply> terms,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        (PublishCall call, TRequest? data, NatsSubOpts opts) = (terms.Call, terms.Data, terms.Opts);
        if (cancellationToken.IsCancellationRequested)
        {
            await PublishRules.Cancelled(data, cancellationToken).ConfigureAwait(false);
        }

        if (!ConnectionAvailability.IsUsable(parts.Status.State, connection.Opts))
        {
            call = call with { Timeout = await PayloadForm.OrReleaseAsync(parts.Availability.ConnectWithinAsync(call.Timeout, cancellationToken), data).ConfigureAwait(false) };
        }

        ValueTask<INatsSub<TReply>> subscribed = SubscriptionFactory.AddAsync(connection, parts, new SubscribeCall(call.ReplyTo!, null, opts.ThrowIfNoResponders == true ? opts with { ThrowIfNoResponders = null } : opts), terms.Deserializer, cancellationToken);
        await using INatsSub<TReply> replies = await PayloadForm.OrReleaseAsync(subscribed, data).ConfigureAwait(false);
        await parts.Requester.WaitForSessionAsync(call with { CancellationToken = cancellationToken }, data).ConfigureAwait(false);
        using CancellationTokenRegistration lost = connection.SessionToken.UnsafeRegister(static (state, _) => ((NatsSub<TReply>)state!).SessionLost(), replies);
        await parts.Publisher.PublishAsync(call with { CancellationToken = cancellationToken }, data, terms.Serializer).ConfigureAwait(false);
        using IDisposable outstanding = parts.Inbox.BeginMany();
        await foreach (NatsMsg<TReply> reply in replies.Msgs.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (reply.HasNoResponders && opts.ThrowIfNoResponders != false)
            {
                throw new NatsNoRespondersException(call.Subject);
            }

            if (reply.HasNoResponders)
            {
                yield break;
            }

            yield return reply;
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
