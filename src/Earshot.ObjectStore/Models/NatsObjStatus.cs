using Earshot.JetStream;

namespace Earshot.ObjectStore;

/// <summary>The state of a bucket, as known from the last response of the server.</summary>
/// <param name="Bucket">The name of the bucket.</param>
/// <param name="IsCompressed">Whether objects are compressed on disk.</param>
/// <param name="Info">The info of the stream of the bucket, with its configuration.</param>
public record NatsObjStatus(string Bucket, bool IsCompressed, StreamInfo Info)
{
    /// <summary>The total size of the objects with their information, in bytes.</summary>
    public long Bytes => Info.State.Bytes;

    /// <summary>The maximum age of an object; zero: no limit.</summary>
    public TimeSpan MaxAge => Info.Config.MaxAge;

    /// <summary>Whether the bucket is sealed: it can be read and not changed.</summary>
    public bool IsSealed => Info.Config.Sealed;
}
