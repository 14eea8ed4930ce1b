namespace Earshot.KeyValueStore.Buckets;

/// <summary>The names of the streams and subjects of buckets (ADR-8).</summary>
internal static class BucketNames
{
    private const string Prefix = "KV_";

    /// <summary>The name of the stream of a bucket.</summary>
    public static string StreamOf(string bucket) => Prefix + bucket;

    /// <summary>The name of the bucket of a stream; null when the stream is not one of a bucket.</summary>
    public static string? BucketOf(string? stream) => stream?.StartsWith(Prefix, StringComparison.Ordinal) == true ? stream[Prefix.Length..] : null;

    /// <summary>The subject of the keys of a bucket, up to the key.</summary>
    public static string SubjectOf(string bucket) => $"$KV.{bucket}.";
}
