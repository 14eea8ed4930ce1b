using Earshot.JetStream;

namespace Earshot.ObjectStore.Buckets;

/// <summary>Converts configurations of buckets to those of their streams (ADR-20), and infos of streams to states of buckets.</summary>
internal static class StoreConfigs
{
    private static readonly TimeSpan s_mostDuplicates = TimeSpan.FromMinutes(2);

    /// <summary>Returns the configuration of the stream of a bucket. The caller's configuration is not modified.</summary>
    /// <param name="config">The configuration of the bucket.</param>
    /// <param name="present">The configuration that is changed, whose other values are preserved; null for a new stream.</param>
    /// <exception cref="ArgumentException">The configuration is not valid.</exception>
    public static StreamConfig ToStream(NatsObjConfig config, StreamConfig? present = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        StoreNames.CheckBucket(config.Bucket, nameof(config));
        TimeSpan maxAge = config.MaxAge ?? TimeSpan.Zero;
        if (maxAge < TimeSpan.Zero)
        {
            throw new ArgumentException($"The maximum age of objects, {maxAge}, is negative.", nameof(config));
        }

        StreamConfig stream = present is null ? new StreamConfig() : present with { };
        stream.Name = StoreNames.StreamOf(config.Bucket);
        stream.Subjects = [StoreNames.ChunksOf(config.Bucket) + ">", StoreNames.MetasOf(config.Bucket) + ">"];
        stream.Description = config.Description;
        stream.MaxBytes = config.MaxBytes ?? 0;
        stream.MaxAge = maxAge;
        stream.NumReplicas = config.NumberOfReplicas;
        stream.Placement = config.Placement;
        stream.Metadata = config.Metadata is null ? null : new Dictionary<string, string>(config.Metadata);
        stream.Storage = config.Storage == NatsObjStorageType.Memory ? StreamConfigStorage.Memory : StreamConfigStorage.File;
        stream.Compression = config.Compression ? StreamConfigCompression.S2 : StreamConfigCompression.None;
        stream.Discard = StreamConfigDiscard.New;
        stream.AllowRollupHdrs = true;
        stream.AllowDirect = true;
        stream.DuplicateWindow = maxAge > TimeSpan.Zero && maxAge < s_mostDuplicates ? maxAge : s_mostDuplicates;
        return stream;
    }

    /// <summary>Returns the state of a bucket.</summary>
    public static NatsObjStatus StatusOf(string bucket, StreamInfo info) => new(bucket, info.Config.Compression == StreamConfigCompression.S2, info);
}
