using Earshot.JetStream;
using Earshot.ObjectStore.Buckets;
using Earshot.ObjectStore.Metadata;
using Earshot.ObjectStore.Objects;
using Earshot.ObjectStore.Watching;

namespace Earshot.ObjectStore;

/// <summary>A bucket of objects. Validates arguments and delegates. Safe for use from any thread.</summary>
public class NatsObjStore : INatsObjStore
{
    private readonly StoreSite _site;
    private readonly MetaStore _metas;
    private readonly ObjectPut _put;
    private readonly ObjectGet _get;
    private readonly ObjectChanges _changes;

    internal NatsObjStore(StoreSite site)
    {
        (_site, _metas) = (site, new MetaStore(site));
        (_put, _get, _changes) = (new ObjectPut(site, _metas), new ObjectGet(new ObjectFinder(site, _metas)), new ObjectChanges(site, _metas));
    }

    /// <inheritdoc/>
    public INatsJSContext JetStreamContext => _site.Context;

    /// <inheritdoc/>
    public string Bucket => _site.Bucket;

    /// <inheritdoc/>
    public ValueTask<byte[]> GetBytesAsync(string key, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(key);
        return _get.ReadBytesAsync(key, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> GetAsync(string key, Stream stream, bool leaveOpen = false, CancellationToken cancellationToken = default) =>
        GetAsync(key, stream, NatsObjGetOpts.Default, leaveOpen, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> GetAsync(string key, Stream stream, NatsObjGetOpts opts, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(key);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(opts);
        ArgumentOutOfRangeException.ThrowIfLessThan(opts.MaxInFlightBytes, 1);
        if (!stream.CanWrite)
        {
            throw new ArgumentException("The target stream cannot be written.", nameof(stream));
        }

        return ClosingAsync(_get.ReadAsync(key, stream, opts, cancellationToken), stream, leaveOpen);
    }

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> PutAsync(string key, byte[] value, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(key);
        ArgumentNullException.ThrowIfNull(value);
        return PutAsync(new ObjectMetadata { Name = key }, value, null, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> PutAsync(string key, Stream stream, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(key);
        return PutAsync(new ObjectMetadata { Name = key }, stream, NatsObjPutOpts.Default, leaveOpen, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> PutAsync(ObjectMetadata meta, Stream stream, bool leaveOpen = false, CancellationToken cancellationToken = default) =>
        PutAsync(meta, stream, NatsObjPutOpts.Default, leaveOpen, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> PutAsync(ObjectMetadata meta, Stream stream, NatsObjPutOpts opts, bool leaveOpen = false, CancellationToken cancellationToken = default)
    {
        ObjectMetadata info = ObjectPut.Prepare(meta, opts);
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanRead)
        {
            throw new ArgumentException("The source stream cannot be read.", nameof(stream));
        }

        return ClosingAsync(_put.WriteAsync(info, stream, opts, cancellationToken), stream, leaveOpen);
    }

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> PutAsync(ObjectMetadata meta, ReadOnlyMemory<byte> value, NatsObjPutOpts? opts = null, CancellationToken cancellationToken = default)
    {
        opts ??= NatsObjPutOpts.Default;
        return _put.WriteAsync(ObjectPut.Prepare(meta, opts), value, opts, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> UpdateMetaAsync(string key, ObjectMetadata meta, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(key);
        ArgumentNullException.ThrowIfNull(meta);
        if (!string.IsNullOrEmpty(meta.Name))
        {
            StoreNames.CheckObject(meta.Name, nameof(meta));
        }

        return _changes.UpdateAsync(key, meta, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> RenameAsync(string key, string newKey, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(key);
        StoreNames.CheckObject(newKey, nameof(newKey));
        return _changes.RenameAsync(key, newKey, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ObjectMetadata> AddLinkAsync(string link, string target, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(link, nameof(link));
        StoreNames.CheckObject(target, nameof(target));
        return await AddLinkAsync(link, (await _metas.ReadLiveAsync(target, cancellationToken).ConfigureAwait(false)).Info, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> AddLinkAsync(string link, ObjectMetadata target, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(link, nameof(link));
        ArgumentNullException.ThrowIfNull(target);
        StoreNames.CheckObject(target.Name, nameof(target));
        string bucket = target.Bucket ?? Bucket;
        StoreNames.CheckBucket(bucket, nameof(target));
        return target.Deleted ? throw new NatsObjException($"The target '{target.Name}' of the link '{link}' is deleted.")
            : target.Options?.Link is not null ? throw new NatsObjException($"The target '{target.Name}' of the link '{link}' is a link itself.")
            : _changes.LinkAsync(link, new NatsObjLink { Name = target.Name, Bucket = bucket }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<ObjectMetadata> AddBucketLinkAsync(string link, INatsObjStore target, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(link, nameof(link));
        ArgumentNullException.ThrowIfNull(target);
        return _changes.LinkAsync(link, new NatsObjLink { Bucket = target.Bucket }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask SealAsync(CancellationToken cancellationToken = default)
    {
        StreamInfo info = (await JetStreamContext.GetStreamAsync(_site.Stream, cancellationToken: cancellationToken).ConfigureAwait(false)).Info;

        // What the server sets by itself for a sealed stream: its response would differ from the request.
        StreamConfig config = info.Config with { Sealed = true, MaxAge = TimeSpan.Zero, DenyDelete = true, DenyPurge = true, AllowRollupHdrs = false };
        await JetStreamContext.UpdateStreamAsync(config, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ObjectMetadata> GetInfoAsync(string key, bool showDeleted = false, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(key);
        StoredMeta? found = await _metas.ReadAsync(key, cancellationToken).ConfigureAwait(false);
        return found is { } stored && (stored.IsLive || showDeleted) ? stored.Info : throw _metas.Missing(key);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectMetadata> ListAsync(NatsObjListOpts? opts = null, CancellationToken cancellationToken = default)
    {
        opts ??= NatsObjListOpts.Default;
        var watch = new NatsObjWatchOpts { IgnoreDeletes = !opts.ShowDeleted, InitialSetOnly = true, OnNoData = opts.OnNoData };
        return ObjectWatches.ReadAsync(_site, _metas, watch, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<NatsObjStatus> GetStatusAsync(CancellationToken cancellationToken = default) =>
        StoreConfigs.StatusOf(Bucket, (await JetStreamContext.GetStreamAsync(_site.Stream, cancellationToken: cancellationToken).ConfigureAwait(false)).Info);

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectMetadata> WatchAsync(NatsObjWatchOpts? opts = null, CancellationToken cancellationToken = default) =>
        ObjectWatches.ReadAsync(_site, _metas, ObjectWatches.Check(opts ?? NatsObjWatchOpts.Default), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckObject(key);
        return _changes.DeleteAsync(key, cancellationToken);
    }

    private static async ValueTask<ObjectMetadata> ClosingAsync(ValueTask<ObjectMetadata> running, Stream stream, bool leaveOpen)
    {
        try
        {
            return await running.ConfigureAwait(false);
        }
        finally
        {
            if (!leaveOpen)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
