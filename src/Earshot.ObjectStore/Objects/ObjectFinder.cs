using Earshot.JetStream;
using Earshot.ObjectStore.Buckets;
using Earshot.ObjectStore.Metadata;

namespace Earshot.ObjectStore.Objects;

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

    /// <summary>Reads why not all chunks of an object were found.</summary>
    public static async ValueTask<NatsObjException> ReasonAsync(StoreSite site, ObjectMetadata info, CancellationToken cancellationToken)
    {
        StoredMeta? now;
        try
        {
            now = await new MetaStore(site).ReadAsync(info.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsException e)
        {
            return new NatsObjChangedException($"The object '{info.Name}' was deleted or replaced while it was read.", e);
        }

        return now is { IsLive: true } present && present.Info.Nuid == info.Nuid
            ? new NatsObjDigestException($"The object '{info.Name}' is damaged: the bucket has fewer than its {info.Chunks} chunks.")
            : new NatsObjChangedException($"The object '{info.Name}' was {(now is { IsLive: true } ? "replaced" : "deleted")} while it was read.");
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
