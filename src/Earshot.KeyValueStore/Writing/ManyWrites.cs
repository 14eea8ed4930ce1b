using Earshot.JetStream;
using Earshot.JetStream.Context;
using Earshot.KeyValueStore.Buckets;

namespace Earshot.KeyValueStore.Writing;

/// <summary>Writes many entries through a publisher, which limits the writes in flight and gives each a message id.</summary>
internal static class ManyWrites
{
    private static readonly NatsJSPublisherOpts s_opts = new() { Order = NatsJSPublishOrder.PerSubject };

    /// <summary>Writes the entries and returns the outcome of each of them.</summary>
    public static async ValueTask<IReadOnlyList<NatsKVPutResult>> PutAsync<T>(
        BucketRoutes routes, List<KeyValuePair<string, T>> entries, INatsSerialize<T>? serializer, CancellationToken cancellationToken)
    {
        await using NatsJSPublisher publisher = routes.Origin.CreatePublisher(s_opts);
        var tickets = new List<NatsJSPublishTicket>(entries.Count);
        int taken = 0;
        try
        {
            while (taken < entries.Count)
            {
                (string key, T value) = entries[taken++];
                tickets.Add(await publisher.PublishAsync(routes.Written(key), value, serializer, cancellationToken: cancellationToken).ConfigureAwait(false));
            }
        }
        catch
        {
            entries.GetRange(taken, entries.Count - taken).ForEach(static entry => JetStreamPort.Release(entry.Value));
            throw;
        }

        var results = new NatsKVPutResult[entries.Count];
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = await ResultOf(entries[i].Key, tickets[i]).ConfigureAwait(false);
        }

        return results;
    }

    private static async ValueTask<NatsKVPutResult> ResultOf(string key, NatsJSPublishTicket ticket)
    {
        try
        {
            PubAckResponse ack = await ticket.GetResponseAsync().ConfigureAwait(false);
            return ack.Error is { } error
                ? new NatsKVPutResult(key, 0, JetStreamPort.Fault(error))
                : new NatsKVPutResult(key, ack.Seq, null);
        }
        catch (NatsException e)
        {
            return new NatsKVPutResult(key, 0, e);
        }
    }
}
