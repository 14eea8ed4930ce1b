using Earshot.JetStream;

namespace Earshot.KeyValueStore;

/// <summary>The state of a bucket, as known from the last response of the server.</summary>
/// <param name="Bucket">The name of the bucket.</param>
/// <param name="IsCompressed">Whether entries are compressed on disk.</param>
/// <param name="LimitMarkerTTL">The time to live of the markers of expired entries; zero: no markers.</param>
/// <param name="Info">The info of the stream of the bucket, with its configuration.</param>
public record NatsKVStatus(string Bucket, bool IsCompressed, TimeSpan LimitMarkerTTL, StreamInfo Info)
{
    /// <summary>The number of stored entries, including the history and deletions.</summary>
    public long Values => Info.State.Messages;

    /// <summary>The total size of the entries, in bytes.</summary>
    public long Bytes => Info.State.Bytes;

    /// <summary>The number of entries that are kept for each key.</summary>
    public long History => Info.Config.MaxMsgsPerSubject;

    /// <summary>The maximum age of an entry; zero: no limit.</summary>
    public TimeSpan MaxAge => Info.Config.MaxAge;
}
