using Earshot.JetStream;
using Earshot.ObjectStore.Buckets;

namespace Earshot.ObjectStore.Metadata;

/// <summary>Finds the object of a name: itself, or the target of a link, in this bucket or another one.</summary>
internal sealed class ObjectFinder(StoreSite site, MetaStore metas)
{
    /// <summary>Returns the object of a name with its bucket. Follows one link.</summary>
    /// <exception cref="NatsObjNotFoundException">The object or the target of the link does not exist.</exception>
    /// <exception cref="NatsObjException">The link leads to a bucket or to another link.</exception>
    public async ValueTask<(StoreSite Site, ObjectMetadata Info)> FindAsync(string name, CancellationToken cancellationToken)
    {
        StoredMeta found = await metas.ReadLiveAsync(name, cancellationToken).ConfigureAwait(false);
        if (found.Info.Options?.Link is not { } link)
        {
            return (site, found.Info);
        }

        if (string.IsNullOrEmpty(link.Name))
        {
            throw new NatsObjException($"'{name}' is a link to the bucket '{link.Bucket}' and not to an object.");
        }

        StoreSite at = site;
        if (!string.IsNullOrEmpty(link.Bucket) && link.Bucket != site.Bucket)
        {
            at = await OpenAsync(name, link, cancellationToken).ConfigureAwait(false);
        }

        StoredMeta target = await new MetaStore(at).ReadLiveAsync(link.Name, cancellationToken).ConfigureAwait(false);
        return target.IsLink
            ? throw new NatsObjException($"'{name}' is a link to '{link.Name}' in the bucket '{at.Bucket}', which is a link itself.")
            : (at, target.Info);
    }

    /// <summary>Asks the leader whether chunks of an object are missing, and why. Null: none are missing, or there is no answer now.</summary>
    public static async ValueTask<NatsObjException?> CheckAsync(StoreSite site, ObjectMetadata info, CancellationToken cancellationToken)
    {
        try
        {
            StoredMeta? now = await new MetaStore(site).ReadAsync(info.Name, cancellationToken).ConfigureAwait(false);
            if (now is not { IsLive: true } present || present.Info.Nuid != info.Nuid)
            {
                return new NatsObjChangedException($"The object '{info.Name}' was {(now is { IsLive: true } ? "replaced" : "deleted")} while it was read.");
            }

            string chunks = site.Chunks(info.Nuid!);
            INatsJSStream stream = await site.Context.GetStreamAsync(site.Stream, new StreamInfoRequest { SubjectsFilter = chunks }, cancellationToken).ConfigureAwait(false);
            long count = stream.Info.State.Subjects?.TryGetValue(chunks, out long known) == true ? known : 0;
            return count < info.Chunks ? new NatsObjDigestException($"The object '{info.Name}' is damaged: the bucket has {count} of its {info.Chunks} chunks.") : null;
        }
        catch (NatsJSStreamNotFoundException e)
        {
            return new NatsObjChangedException($"The bucket '{site.Bucket}' was deleted while the object '{info.Name}' was read.", e);
        }
        catch (NatsException e) when (e is not NatsObjException)
        {
            return null; // no leader: it is asked again after the next silence
        }
    }

    private async ValueTask<StoreSite> OpenAsync(string name, NatsObjLink link, CancellationToken cancellationToken)
    {
        if (!StoreNames.IsBucket(link.Bucket))
        {
            throw new NatsObjException($"'{name}' is a link to the bucket '{link.Bucket}', which is no name of a bucket.");
        }

        INatsJSStream stream = await site.Context.GetStreamAsync(StoreNames.StreamOf(link.Bucket), cancellationToken: cancellationToken).ConfigureAwait(false);
        return new StoreSite(site.Context, link.Bucket, stream.Info);
    }
}
