using Earshot.JetStream;

namespace Earshot.KeyValueStore.Buckets;

/// <summary>Converts configurations of buckets to those of their streams (ADR-8, ADR-48, ADR-57). The caller's configuration is not modified.</summary>
internal static class BucketConfigs
{
    private static readonly TimeSpan s_mostDuplicates = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_leastMarker = TimeSpan.FromSeconds(1);

    /// <summary>Returns the configuration of the stream of a bucket.</summary>
    /// <param name="config">The configuration of the bucket.</param>
    /// <param name="present">The configuration that is changed, whose other values are preserved; null for a new stream.</param>
    /// <exception cref="ArgumentException">The configuration is not valid.</exception>
    public static StreamConfig ToStream(NatsKVConfig config, StreamConfig? present = null)
    {
        Check(config);
        StreamConfig stream = present is null ? new StreamConfig() : present with { };
        stream.Name = BucketNames.StreamOf(config.Bucket);
        stream.Subjects = config.Mirror is null ? [BucketNames.SubjectOf(config.Bucket) + ">"] : null;
        stream.Description = config.Description;
        stream.MaxMsgsPerSubject = config.History > 0 ? config.History : 1;
        stream.MaxBytes = config.MaxBytes;
        stream.MaxMsgSize = config.MaxValueSize;
        stream.MaxAge = config.MaxAge;
        stream.NumReplicas = config.NumberOfReplicas;
        stream.Placement = config.Placement;
        stream.Metadata = config.Metadata;
        stream.Storage = config.Storage == NatsKVStorageType.Memory ? StreamConfigStorage.Memory : StreamConfigStorage.File;
        stream.Compression = config.Compression ? StreamConfigCompression.S2 : StreamConfigCompression.None;
        stream.Discard = StreamConfigDiscard.New;
        stream.DenyDelete = true;
        stream.AllowRollupHdrs = true;
        stream.AllowDirect = config.AllowDirect;
        stream.AllowAtomicPublish = config.AllowAtomic || present?.AllowAtomicPublish == true; // other programs may have set it on the stream
        stream.DuplicateWindow = config.MaxAge > TimeSpan.Zero && config.MaxAge < s_mostDuplicates ? config.MaxAge : s_mostDuplicates;
        stream.AllowMsgTTL = config.LimitMarkerTTL > TimeSpan.Zero || present?.AllowMsgTTL == true; // it cannot be switched off
        stream.SubjectDeleteMarkerTTL = config.LimitMarkerTTL;
        stream.Republish = config.Republish is { } republish
            ? new Republish { Src = republish.Src, Dest = republish.Dest ?? "", HeadersOnly = republish.HeadersOnly } : null;
        stream.Mirror = config.Mirror is { } mirror ? mirror with { Name = StreamNameOf(mirror.Name) } : null;
        stream.MirrorDirect = config.Mirror is not null;
        stream.Sources = config.Sources?.Select(source => SourceOf(source, config.Bucket)).ToList();
        return stream;
    }

    private static StreamSource SourceOf(StreamSource source, string bucket)
    {
        string stream = StreamNameOf(source.Name);
        return source with
        {
            Name = stream,
            SubjectTransforms = source.SubjectTransforms is { Count: > 0 } given ? given
                : [new SubjectTransform { Src = BucketNames.SubjectOf(BucketNames.BucketOf(stream)!) + ">", Dest = BucketNames.SubjectOf(bucket) + ">" }],
        };
    }

    private static string StreamNameOf(string name) => BucketNames.BucketOf(name) is null ? BucketNames.StreamOf(name) : name;

    private static void Check(NatsKVConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        KeyRules.CheckBucket(config.Bucket, nameof(config));
        if (config.History is < 0 or > NatsKVDefaults.MaxHistory)
        {
            throw new ArgumentException($"The history of a bucket, {config.History}, must be at most {NatsKVDefaults.MaxHistory} entries.", nameof(config));
        }

        if (config.MaxAge < TimeSpan.Zero)
        {
            throw new ArgumentException($"The maximum age of entries, {config.MaxAge}, is negative.", nameof(config));
        }

        if (config.LimitMarkerTTL != TimeSpan.Zero && config.LimitMarkerTTL < s_leastMarker)
        {
            throw new ArgumentException($"The time to live of markers, {config.LimitMarkerTTL}, must be at least {s_leastMarker}.", nameof(config));
        }

        if (config is { Mirror: not null, Sources.Count: > 0 })
        {
            throw new ArgumentException("A bucket can be a mirror or have sources, not both.", nameof(config));
        }
    }
}
