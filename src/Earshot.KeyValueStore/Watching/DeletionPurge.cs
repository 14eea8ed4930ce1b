using Earshot.JetStream;
using Earshot.KeyValueStore.Buckets;

namespace Earshot.KeyValueStore.Watching;

/// <summary>Removes the entries of deleted keys: reads the last entries of all keys first, and purges the subjects of those that are deletions.</summary>
internal static class DeletionPurge
{
    public static async ValueTask RunAsync(BucketRoutes routes, NatsKVPurgeOpts opts, CancellationToken cancellationToken)
    {
        var setup = new WatchSetup(routes, [">"], NatsKVWatchOpts.Default with { MetaOnly = true });
        List<NatsKVEntry<byte[]>> deleted = [];
        await foreach (NatsKVEntry<byte[]> entry in WatchStreams.FirstAsync(setup, NatsRawSerializer<byte[]>.Default, cancellationToken).ConfigureAwait(false))
        {
            if (entry.Operation != NatsKVOperation.Put)
            {
                deleted.Add(entry);
            }
        }

        DateTimeOffset limit = routes.Port.Time.GetUtcNow() - opts.DeleteMarkersThreshold;
        foreach (NatsKVEntry<byte[]> entry in deleted)
        {
            bool isKept = opts.DeleteMarkersThreshold > TimeSpan.Zero && entry.Created > limit;

            // Up to the deletion only: the key may have been written again since.
            var request = new StreamPurgeRequest { Filter = routes.Subjects + entry.Key, Seq = isKept ? entry.Revision : entry.Revision + 1 };
            await routes.Context.PurgeStreamAsync(routes.Stream, request, cancellationToken).ConfigureAwait(false);
        }
    }
}
