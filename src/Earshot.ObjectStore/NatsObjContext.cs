using System.Runtime.CompilerServices;
using Earshot.JetStream;
using Earshot.ObjectStore.Buckets;

namespace Earshot.ObjectStore;

/// <summary>Object stores on a connection. A context is cheap and holds no resources. Safe for use from any thread.</summary>
public class NatsObjContext : INatsObjContext
{
    /// <summary>Initializes a context for object stores.</summary>
    /// <param name="context">The JetStream context to use, with its domain or prefix.</param>
    public NatsObjContext(INatsJSContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        JetStreamContext = context;
    }

    /// <inheritdoc/>
    public INatsJSContext JetStreamContext { get; }

    /// <inheritdoc/>
    public ValueTask<INatsObjStore> CreateObjectStoreAsync(string bucket, CancellationToken cancellationToken = default) =>
        CreateObjectStoreAsync(new NatsObjConfig(bucket), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<INatsObjStore> CreateObjectStoreAsync(NatsObjConfig config, CancellationToken cancellationToken = default)
    {
        StreamConfig stream = StoreConfigs.ToStream(config);
        return Store(config.Bucket, await JetStreamContext.CreateStreamAsync(stream, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask<INatsObjStore> UpdateObjectStoreAsync(NatsObjConfig config, CancellationToken cancellationToken = default)
    {
        StoreConfigs.ToStream(config); // throws before anything is sent
        INatsJSStream present = await JetStreamContext.GetStreamAsync(StoreNames.StreamOf(config.Bucket), cancellationToken: cancellationToken).ConfigureAwait(false);
        StreamConfig stream = StoreConfigs.ToStream(config, present.Info.Config);
        return Store(config.Bucket, await JetStreamContext.UpdateStreamAsync(stream, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask<INatsObjStore> CreateOrUpdateObjectStoreAsync(NatsObjConfig config, CancellationToken cancellationToken = default)
    {
        try
        {
            return await UpdateObjectStoreAsync(config, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSStreamNotFoundException)
        {
            return await CreateObjectStoreAsync(config, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<INatsObjStore> GetObjectStoreAsync(string bucket, CancellationToken cancellationToken = default)
    {
        StoreNames.CheckBucket(bucket);
        INatsJSStream stream = await JetStreamContext.GetStreamAsync(StoreNames.StreamOf(bucket), cancellationToken: cancellationToken).ConfigureAwait(false);
        return stream.Info.Config.Mirror is not null || stream.Info.Config.Subjects?.Contains(StoreNames.MetasOf(bucket) + ">") == true
            ? Store(bucket, stream)
            : throw new NatsObjException($"The stream '{StoreNames.StreamOf(bucket)}' is not the stream of a bucket: it does not have the subjects of its objects.");
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteObjectStore(string bucket, CancellationToken cancellationToken)
    {
        StoreNames.CheckBucket(bucket);
        return JetStreamContext.DeleteStreamAsync(StoreNames.StreamOf(bucket), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> GetBucketNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Not by subject: a mirror has none.
        await foreach (string stream in JetStreamContext.ListStreamNamesAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (StoreNames.BucketOf(stream) is { } bucket)
            {
                yield return bucket;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<NatsObjStatus> GetStatusesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (INatsJSStream stream in JetStreamContext.ListStreamsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (StoreNames.BucketOf(stream.Info.Config.Name) is { } bucket)
            {
                yield return StoreConfigs.StatusOf(bucket, stream.Info);
            }
        }
    }

    private NatsObjStore Store(string bucket, INatsJSStream stream) => new(new StoreSite(JetStreamContext, bucket, stream.Info));
}
