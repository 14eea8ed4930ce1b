using Earshot.JetStream;

namespace Earshot.ObjectStore;

/// <summary>Configuration of a bucket of objects (ADR-20). Values that are not set are not sent; the server applies its defaults.</summary>
public record NatsObjConfig
{
    /// <summary>Initializes a configuration with the name of the bucket.</summary>
    /// <param name="bucket">The name of the bucket: letters, digits, <c>_</c> and <c>-</c>.</param>
    public NatsObjConfig(string bucket) => Bucket = bucket;

    /// <summary>The name of the bucket: letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string Bucket { get; init; }

    /// <summary>A description of the bucket, at most 4 KiB.</summary>
    public string? Description { get; init; }

    /// <summary>The maximum age of an object; zero or null: no limit. Default: null. Chunks expire before the information of their object.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>The maximum total size of the objects in bytes; 0, -1 or null: no limit. Default: null. A full bucket rejects puts.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Where objects are stored. Default: on disk.</summary>
    public NatsObjStorageType Storage { get; init; }

    /// <summary>The number of replicas, from 1 to 5; 0: one replica. Default: 0.</summary>
    public int NumberOfReplicas { get; init; }

    /// <summary>Where the servers should place the bucket. Null: no preference.</summary>
    public Placement? Placement { get; init; }

    /// <summary>Metadata of the application (since server 2.10). Names that begin with <c>_nats.</c> are reserved for the server.</summary>
    public Dictionary<string, string>? Metadata { get; init; }

    /// <summary>Whether objects are compressed on disk (since server 2.10). Default: false.</summary>
    public bool Compression { get; init; }
}
