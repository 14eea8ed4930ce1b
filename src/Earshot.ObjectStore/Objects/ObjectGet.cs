using Earshot.JetStream;
using Earshot.ObjectStore.Buckets;
using Earshot.ObjectStore.Chunks;
using Earshot.ObjectStore.Metadata;

namespace Earshot.ObjectStore.Objects;

/// <summary>Reads objects. Reports an object that was deleted or replaced meanwhile as changed, and one that does not match its information as damaged.</summary>
internal sealed class ObjectGet(ObjectFinder finder)
{
    /// <summary>Reads an object into a stream.</summary>
    public async ValueTask<ObjectMetadata> ReadAsync(string name, Stream target, NatsObjGetOpts opts, CancellationToken cancellationToken)
    {
        (StoreSite site, ObjectMetadata info) = await finder.FindAsync(name, cancellationToken).ConfigureAwait(false);
        await CopyAsync(site, info, target, opts, cancellationToken).ConfigureAwait(false);
        return info;
    }

    /// <summary>Reads an object into an array.</summary>
    public async ValueTask<byte[]> ReadBytesAsync(string name, CancellationToken cancellationToken)
    {
        (StoreSite site, ObjectMetadata info) = await finder.FindAsync(name, cancellationToken).ConfigureAwait(false);
        if (info.Size > (ulong)Array.MaxLength)
        {
            throw new NatsObjException($"The object '{name}' has {info.Size} bytes, more than an array can have.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)info.Size);
        using var target = new MemoryStream(bytes);
        await CopyAsync(site, info, target, NatsObjGetOpts.Default, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    private static async ValueTask CopyAsync(StoreSite site, ObjectMetadata info, Stream target, NatsObjGetOpts opts, CancellationToken cancellationToken)
    {
        if (info.Chunks == 0 && info.Size == 0)
        {
            return; // no consumer is needed
        }

        if (info.Chunks == 0 || !StoreNames.IsToken(info.Nuid))
        {
            throw new NatsObjDigestException($"The information of the object '{info.Name}' is not valid: {info.Size} bytes in {info.Chunks} chunks with the id '{info.Nuid}'.");
        }

        try
        {
            var download = new ChunkDownload(site, info, opts, token => ObjectFinder.CheckAsync(site, info, token));
            await download.ReadAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NatsJSStreamRegressionException or NatsJSConsumerLostException { Reason: LostReason.StreamDeleted })
        {
            throw new NatsObjChangedException($"The bucket '{site.Bucket}' lost the object '{info.Name}' while it was read.", e);
        }
    }
}
