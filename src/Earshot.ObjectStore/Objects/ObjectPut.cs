using Earshot.ObjectStore.Buckets;
using Earshot.ObjectStore.Chunks;
using Earshot.ObjectStore.Metadata;

namespace Earshot.ObjectStore.Objects;

/// <summary>
/// Writes objects: the chunks first, then the information, which makes the object visible, then the chunks of the replaced object are removed.
/// A put that fails removes its own chunks.
/// </summary>
internal sealed class ObjectPut(StoreSite site, MetaStore metas)
{
    private static readonly TimeSpan s_undo = TimeSpan.FromSeconds(5);

    /// <summary>Checks the arguments of a put before anything is sent, and returns a copy of the information.</summary>
    public static ObjectMetadata Prepare(ObjectMetadata meta, NatsObjPutOpts opts)
    {
        ArgumentNullException.ThrowIfNull(meta);
        ArgumentNullException.ThrowIfNull(opts);
        StoreNames.CheckObject(meta.Name, nameof(meta));
        if (opts.MaxInFlightBytes < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(opts), opts.MaxInFlightBytes, $"{nameof(opts.MaxInFlightBytes)} must be at least 1.");
        }

        if (meta.Options?.MaxChunkSize is { } size && size < 1)
        {
            throw new ArgumentException($"The chunk size, {size}, must be at least 1 byte.", nameof(meta));
        }

        if (meta.Options?.Link is not null)
        {
            throw new NatsObjException($"The object '{meta.Name}' cannot be written: its information is that of a link.");
        }

        return CopyOf(meta);
    }

    /// <summary>Returns a copy of what an application sets of the information.</summary>
    public static ObjectMetadata CopyOf(ObjectMetadata meta) => new()
    {
        Name = meta.Name,
        Description = meta.Description,
        Metadata = meta.Metadata is null ? null : new Dictionary<string, string>(meta.Metadata),
        Headers = meta.Headers is null ? null : new Dictionary<string, string[]>(meta.Headers),
        Options = meta.Options is null ? null : meta.Options with { },
        Extra = meta.Extra,
    };

    /// <summary>Writes an object from a stream.</summary>
    /// <param name="info">The information from <see cref="Prepare"/>.</param>
    /// <param name="source">The stream.</param>
    /// <param name="opts">The options of the put.</param>
    /// <param name="cancellationToken">Cancels the put.</param>
    public ValueTask<ObjectMetadata> WriteAsync(ObjectMetadata info, Stream source, NatsObjPutOpts opts, CancellationToken cancellationToken) =>
        WriteAsync(info, Begin(info, opts, LengthOf(source)), upload => upload.SendAsync(source, cancellationToken), cancellationToken);

    /// <summary>Writes an object from memory.</summary>
    /// <param name="info">The information from <see cref="Prepare"/>.</param>
    /// <param name="source">The bytes.</param>
    /// <param name="opts">The options of the put.</param>
    /// <param name="cancellationToken">Cancels the put.</param>
    public ValueTask<ObjectMetadata> WriteAsync(ObjectMetadata info, ReadOnlyMemory<byte> source, NatsObjPutOpts opts, CancellationToken cancellationToken) =>
        WriteAsync(info, Begin(info, opts, source.Length), upload => upload.SendAsync(source, cancellationToken), cancellationToken);

    private async Task EndAsync(ChunkUpload upload, bool isLeft)
    {
        if (upload.IsBorrowing)
        {
            await upload.SettleAsync().ConfigureAwait(false);
        }

        Task end = isLeft ? upload.LeaveAsync() : upload.UndoAsync();
        await end.WaitAsync(s_undo, site.Port.Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static long? LengthOf(Stream source)
    {
        try
        {
            return source.CanSeek ? Math.Max(0, source.Length - source.Position) : null;
        }
        catch (NotSupportedException)
        {
            return null; // it is only for the progress
        }
    }

    private ChunkUpload Begin(ObjectMetadata info, NatsObjPutOpts opts, long? total) => new(site, Nuid.NewNuid(), info.Options?.MaxChunkSize, opts, total);

    private async ValueTask<ObjectMetadata> WriteAsync(
        ObjectMetadata info, ChunkUpload upload, Func<ChunkUpload, ValueTask<UploadResult>> send, CancellationToken cancellationToken)
    {
        StoredMeta? before = await metas.ReadAsync(info.Name, cancellationToken).ConfigureAwait(false);
        StoredMeta? replaced;
        bool hasChunks = false;
        try
        {
            UploadResult stored = await send(upload).ConfigureAwait(false);
            hasChunks = true;
            (info.Bucket, info.Nuid, info.Size, info.Chunks, info.Digest) = (site.Bucket, upload.Nuid, stored.Size, stored.Chunks, stored.Digest);
            info.Options = (info.Options ?? new MetaDataOptions()) with { MaxChunkSize = upload.ChunkSize }; // readers request as much as they can hold
            cancellationToken.ThrowIfCancellationRequested();
            replaced = await metas.ReplaceAsync(info, before, null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Information whose outcome is unknown may be stored, or be stored later: without its chunks it would be a damaged object.
            bool isUnknown = e is INatsDelivery { Outcome: NatsOutcome.Unknown };
            await EndAsync(upload, isUnknown && hasChunks).ConfigureAwait(false);
            if (isUnknown && !hasChunks)
            {
                throw new NatsObjException($"The object '{info.Name}' was not written: a chunk was sent and not acknowledged.", e);
            }

            throw;
        }

        upload.Release();
        if (replaced is { IsLive: true, IsLink: false } old)
        {
            await ChunkUpload.RemoveAsync(site, old.Info.Nuid).ConfigureAwait(false);
        }

        return info;
    }
}
