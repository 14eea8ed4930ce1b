using System.Runtime.CompilerServices;
using Earshot.JetStream;
using Earshot.KeyValueStore.Buckets;

namespace Earshot.KeyValueStore;

/// <summary>Key-value stores on a connection. A context is cheap and holds no resources. Safe for use from any thread.</summary>
public class NatsKVContext : INatsKVContext
{
    private const int LevelOfMarkers = 1; // server 2.11
    private const int LevelOfAtomicUpdates = 2; // server 2.12

    private int _hasWarned;

    /// <summary>Initializes a context with default options.</summary>
    /// <param name="context">The JetStream context to use, with its domain or prefix.</param>
    public NatsKVContext(INatsJSContext context)
        : this(context, NatsKVOpts.Default)
    {
    }

    /// <summary>Initializes a context with the given options.</summary>
    /// <param name="context">The JetStream context to use, with its domain or prefix.</param>
    /// <param name="opts">The options of the context.</param>
    public NatsKVContext(INatsJSContext context, NatsKVOpts opts)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(opts);
        (JetStreamContext, Opts) = (context, opts);
    }

    /// <inheritdoc/>
    public INatsJSContext JetStreamContext { get; }

    /// <inheritdoc/>
    public NatsKVOpts Opts { get; }

    /// <inheritdoc/>
    public ValueTask<INatsKVStore> CreateStoreAsync(string bucket, CancellationToken cancellationToken = default) =>
        CreateStoreAsync(new NatsKVConfig(bucket), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<INatsKVStore> CreateStoreAsync(NatsKVConfig config, CancellationToken cancellationToken = default)
    {
        StreamConfig stream = BucketConfigs.ToStream(config);
        await CheckLevelAsync(config, cancellationToken).ConfigureAwait(false);
        return Store(config.Bucket, await JetStreamContext.CreateStreamAsync(stream, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask<INatsKVStore> GetStoreAsync(string bucket, CancellationToken cancellationToken = default)
    {
        KeyRules.CheckBucket(bucket);
        INatsJSStream stream = await JetStreamContext.GetStreamAsync(BucketNames.StreamOf(bucket), cancellationToken: cancellationToken).ConfigureAwait(false);
        return stream.Info.Config.MaxMsgsPerSubject > 0
            ? Store(bucket, stream)
            : throw new NatsKVException($"The stream '{BucketNames.StreamOf(bucket)}' is not the stream of a bucket: its number of messages per subject has no limit.");
    }

    /// <inheritdoc/>
    public async ValueTask<INatsKVStore> UpdateStoreAsync(NatsKVConfig config, CancellationToken cancellationToken = default)
    {
        BucketConfigs.ToStream(config); // throws before anything is sent
        INatsJSStream present = await JetStreamContext.GetStreamAsync(BucketNames.StreamOf(config.Bucket), cancellationToken: cancellationToken).ConfigureAwait(false);
        StreamConfig stream = BucketConfigs.ToStream(config, present.Info.Config);
        await CheckLevelAsync(config, cancellationToken).ConfigureAwait(false);
        return Store(config.Bucket, await JetStreamContext.UpdateStreamAsync(stream, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask<INatsKVStore> CreateOrUpdateStoreAsync(NatsKVConfig config, CancellationToken cancellationToken = default)
    {
        try
        {
            return await UpdateStoreAsync(config, cancellationToken).ConfigureAwait(false);
        }
        catch (NatsJSStreamNotFoundException)
        {
            return await CreateStoreAsync(config, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> DeleteStoreAsync(string bucket, CancellationToken cancellationToken = default)
    {
        KeyRules.CheckBucket(bucket);
        return JetStreamContext.DeleteStreamAsync(BucketNames.StreamOf(bucket), cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> GetBucketNamesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Not by subject: a mirror has none.
        await foreach (string stream in JetStreamContext.ListStreamNamesAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (BucketNames.BucketOf(stream) is { } bucket)
            {
                yield return bucket;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<NatsKVStatus> GetStatusesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (INatsJSStream stream in JetStreamContext.ListStreamsAsync(cancellationToken: cancellationToken).ConfigureAwait(false))
        {
            if (BucketNames.BucketOf(stream.Info.Config.Name) is { } bucket)
            {
                yield return BucketStatuses.Of(bucket, stream.Info);
            }
        }
    }

    // An older server ignores the settings: entries with a time to live would never expire, and atomic updates would be stored key by key.
    private async ValueTask CheckLevelAsync(NatsKVConfig config, CancellationToken cancellationToken)
    {
        if (config.LimitMarkerTTL == TimeSpan.Zero && !config.AllowAtomic)
        {
            return;
        }

        AccountInfoResponse account = await JetStreamContext.GetAccountInfoAsync(cancellationToken).ConfigureAwait(false);
        if (config.LimitMarkerTTL > TimeSpan.Zero && account.Api.Level < LevelOfMarkers)
        {
            throw new NatsJSFeatureNotSupportedException($"{nameof(NatsKVConfig.LimitMarkerTTL)} of buckets", "subject_delete_marker_ttl", LevelOfMarkers, account.Api.Level);
        }

        if (config.AllowAtomic && account.Api.Level < LevelOfAtomicUpdates)
        {
            throw new NatsJSFeatureNotSupportedException($"{nameof(NatsKVConfig.AllowAtomic)} of buckets", "allow_atomic", LevelOfAtomicUpdates, account.Api.Level);
        }
    }

    private NatsKVStore Store(string bucket, INatsJSStream stream)
    {
        var routes = new BucketRoutes(JetStreamContext, bucket, stream.Info);
        if (Opts.UseDirectGetApiWithKeysInSubject && Interlocked.Exchange(ref _hasWarned, 1) == 0)
        {
            routes.Port.Append(new NatsConfigurationWarningEvent
            {
                Code = "OptionWithoutEffect",
                Text = $"{nameof(NatsKVOpts)}.{nameof(NatsKVOpts.UseDirectGetApiWithKeysInSubject)} has no effect: keys are always part of the subject.",
            });
        }

        return new NatsKVStore(routes, Opts);
    }
}
