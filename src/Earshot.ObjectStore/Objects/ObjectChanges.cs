using Earshot.ObjectStore.Buckets;
using Earshot.ObjectStore.Chunks;
using Earshot.ObjectStore.Metadata;

namespace Earshot.ObjectStore.Objects;

/// <summary>Changes of objects that leave their bytes alone, and deletions. Each replaces the information that was read before it.</summary>
internal sealed class ObjectChanges(StoreSite site, MetaStore metas)
{
    /// <summary>Marks an object as deleted, and removes its chunks.</summary>
    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MetaStore.MostAttempts; attempt++)
        {
            StoredMeta stored = await metas.ReadAsync(name, cancellationToken).ConfigureAwait(false) ?? throw metas.Missing(name);
            ObjectMetadata deleted = stored.Info with { Deleted = true, Size = 0, Chunks = 0, Digest = null };
            if (stored.Info.Deleted || await metas.TryWriteAsync(deleted, stored.Sequence, cancellationToken).ConfigureAwait(false))
            {
                if (!stored.IsLink)
                {
                    await ChunkUpload.RemoveAsync(site, stored.Info.Nuid).ConfigureAwait(false);
                }

                return;
            }
        }

        throw MetaStore.Contended(name);
    }

    /// <summary>Changes what an application sets of the information of an object, its name included.</summary>
    public async ValueTask<ObjectMetadata> UpdateAsync(string name, ObjectMetadata changes, CancellationToken cancellationToken)
    {
        ObjectMetadata copy = ObjectPut.CopyOf(changes);
        for (int attempt = 0; attempt < MetaStore.MostAttempts; attempt++)
        {
            StoredMeta stored = await metas.ReadLiveAsync(name, cancellationToken).ConfigureAwait(false);
            ObjectMetadata next = stored.Info with { Description = copy.Description, Metadata = copy.Metadata, Headers = copy.Headers };
            if (!string.IsNullOrEmpty(copy.Name) && copy.Name != name)
            {
                next.Name = copy.Name;
                return await MoveAsync(name, stored, next, cancellationToken).ConfigureAwait(false);
            }

            if (await metas.TryWriteAsync(next, stored.Sequence, cancellationToken).ConfigureAwait(false))
            {
                return next;
            }
        }

        throw MetaStore.Contended(name);
    }

    /// <summary>Gives an object another name.</summary>
    public async ValueTask<ObjectMetadata> RenameAsync(string name, string newName, CancellationToken cancellationToken)
    {
        StoredMeta stored = await metas.ReadLiveAsync(name, cancellationToken).ConfigureAwait(false);
        return name == newName ? stored.Info : await MoveAsync(name, stored, stored.Info with { Name = newName }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a link, in place of another link or of nothing.</summary>
    public async ValueTask<ObjectMetadata> LinkAsync(string name, NatsObjLink target, CancellationToken cancellationToken)
    {
        var info = new ObjectMetadata { Name = name, Bucket = site.Bucket, Nuid = Nuid.NewNuid(), Options = new MetaDataOptions { Link = target } };
        StoredMeta? before = await metas.ReadAsync(name, cancellationToken).ConfigureAwait(false);
        await metas.ReplaceAsync(info, before, Check, cancellationToken).ConfigureAwait(false);
        return info;

        void Check(StoredMeta present)
        {
            if (present is { IsLive: true, IsLink: false })
            {
                throw Taken(name);
            }
        }
    }

    // Both names lead to the same chunks until the old one is removed, and a failure between leaves both: the next attempt finds that.
    private async ValueTask<ObjectMetadata> MoveAsync(string name, StoredMeta stored, ObjectMetadata next, CancellationToken cancellationToken)
    {
        StoredMeta? present = await metas.ReadAsync(next.Name, cancellationToken).ConfigureAwait(false);
        bool isOwn = present is { IsLive: true } taken && taken.Info.Nuid == next.Nuid && next.Nuid is not null;
        if ((present is { IsLive: true } && !isOwn) || !await metas.TryWriteAsync(next, present?.Sequence ?? 0, cancellationToken).ConfigureAwait(false))
        {
            throw Taken(next.Name);
        }

        await metas.RemoveAsync(name, stored.Sequence, cancellationToken).ConfigureAwait(false);
        return next;
    }

    private NatsObjException Taken(string name) => new($"An object with the name '{name}' exists in the bucket '{site.Bucket}'.");
}
