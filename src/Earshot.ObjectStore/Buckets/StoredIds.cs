using Earshot.JetStream;
using Earshot.JetStream.Consuming;
using Microsoft.Extensions.Primitives;

namespace Earshot.ObjectStore.Buckets;

/// <summary>Reads the message ids of the messages that a bucket stores, without their payloads.</summary>
internal static class StoredIds
{
    /// <summary>Reads all messages of a subject in their order. The replica that is read may not have the last ones yet.</summary>
    /// <param name="site">The bucket.</param>
    /// <param name="subject">The subject.</param>
    /// <param name="add">Called with the sequence and the message id of each message; the id is null when it has none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>False when the consumer was lost meanwhile.</returns>
    public static async ValueTask<bool> ReadAsync(StoreSite site, string subject, Action<ulong, string?> add, CancellationToken cancellationToken)
    {
        ulong pending = 0;
        OrderedRead<byte[]> read = site.Port.Read(
            new OrderedReadSetup
            {
                Stream = site.Stream,
                Kind = NatsJSConsumerKind.ObjectRead,
                Consumer = new NatsJSOrderedConsumerOpts { FilterSubjects = [subject], HeadersOnly = true, RegressionPolicy = NatsJSRegressionPolicy.Fail },
                Consume = new NatsJSConsumeOpts(),
                StreamCreated = site.Created,
                Created = (consumer, _) => pending = consumer.NumPending,
            },
            NatsRawSerializer<byte[]>.Default);
        try
        {
            await read.BeginAsync(cancellationToken).ConfigureAwait(false);
            while (pending > 0)
            {
                if (!read.TryTake(out INatsJSMsg<byte[]>? msg) && (msg = await read.NextAsync(cancellationToken).ConfigureAwait(false)) is null)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    return false;
                }

                add(msg!.Metadata.GetValueOrDefault().Sequence.Stream, msg.Headers is { } headers && headers.TryGetValue("Nats-Msg-Id", out StringValues id) ? id.ToString() : null);
                pending--;
            }

            return true;
        }
        finally
        {
            read.Abandon();
        }
    }
}
