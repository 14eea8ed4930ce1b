using Earshot.JetStream;

namespace Earshot.KeyValueStore.Buckets;

/// <summary>Converts infos of streams to the states of their buckets.</summary>
internal static class BucketStatuses
{
    public static NatsKVStatus Of(string bucket, StreamInfo info) =>
        new(bucket, info.Config.Compression == StreamConfigCompression.S2, info.Config.SubjectDeleteMarkerTTL, info);
}
