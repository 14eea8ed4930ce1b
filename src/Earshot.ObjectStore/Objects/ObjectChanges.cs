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
            ObjectMetadata deleted = Deleted(stored.Info);
            if (stored.Info.Deleted || await metas.TryWriteAsync(deleted, stored.Sequence, cancellationToken).ConfigureAwait(false) is not null)
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
    public ValueTask<ObjectMetadata> UpdateAsync(string name, ObjectMetadata changes, CancellationToken cancellationToken)
    {
        ObjectMetadata copy = ObjectPut.CopyOf(changes);
        string next = string.IsNullOrEmpty(copy.Name) ? name : copy.Name;
        return ChangeAsync(name, info => info with { Name = next, Description = copy.Description, Metadata = copy.Metadata, Headers = copy.Headers }, cancellationToken);
    }

    /// <summary>Gives an object another name.</summary>
    public async ValueTask<ObjectMetadata> RenameAsync(string name, string newName, CancellationToken cancellationToken) => name == newName
        ? (await metas.ReadLiveAsync(name, cancellationToken).ConfigureAwait(false)).Info
        : await ChangeAsync(name, info => info with { Name = newName }, cancellationToken).ConfigureAwait(false);

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

    private async ValueTask<ObjectMetadata> ChangeAsync(string name, Func<ObjectMetadata, ObjectMetadata> change, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < MetaStore.MostAttempts; attempt++)
        {
            StoredMeta stored = await metas.ReadLiveAsync(name, cancellationToken).ConfigureAwait(false);
            ObjectMetadata next = change(stored.Info);
            bool isWritten = next.Name == name
                ? await metas.TryWriteAsync(next, stored.Sequence, cancellationToken).ConfigureAwait(false) is not null
                : await TryMoveAsync(name, stored, next, cancellationToken).ConfigureAwait(false);
            if (isWritten)
            {
                return next;
            }
        }

        throw MetaStore.Contended(name);
    }

    // Both names lead to the same chunks until the old one is marked as deleted, and a failure between leaves both: the next attempt finds that. Who replaces or deletes the
    // object under its old name removes the chunks, so that the old name is marked only as it was read. When another client was faster, the new name is marked instead, if it
    // is still as this call created it: another rename to the same name may be that client.
    private async ValueTask<bool> TryMoveAsync(string name, StoredMeta stored, ObjectMetadata next, CancellationToken cancellationToken)
    {
        StoredMeta? present = await metas.ReadAsync(next.Name, cancellationToken).ConfigureAwait(false);
        bool isThere = IsOf(present, next);
        if ((present is { IsLive: true } && !isThere) || await metas.TryWriteAsync(next, present?.Sequence ?? 0, cancellationToken).ConfigureAwait(false) is not { } written)
        {
            throw Taken(next.Name);
        }

        if (await metas.TryWriteAsync(WithoutChunks(stored.Info), stored.Sequence, cancellationToken).ConfigureAwait(false) is not null)
        {
            return true;
        }

        if (!isThere)
        {
            await metas.TryWriteAsync(WithoutChunks(next), written, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private static bool IsOf(StoredMeta? stored, ObjectMetadata info) => stored is { IsLive: true } live && live.Info.Nuid == info.Nuid && info.Nuid is not null;

    // Another id: a later deletion of this name must not remove the chunks of the object, which has another name now.
    private static ObjectMetadata WithoutChunks(ObjectMetadata info) => Deleted(info) with { Nuid = Nuid.NewNuid() };

    private static ObjectMetadata Deleted(ObjectMetadata info) => info with { Deleted = true, Size = 0, Chunks = 0, Digest = null };

    private NatsObjException Taken(string name) => new($"An object with the name '{name}' exists in the bucket '{site.Bucket}'.");
}
