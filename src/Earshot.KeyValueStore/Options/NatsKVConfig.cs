using Earshot.JetStream;

namespace Earshot.KeyValueStore;

/// <summary>Configuration of a bucket (ADR-8). Values that are not set are not sent; the server applies its defaults.</summary>
public record NatsKVConfig
{
    /// <summary>Initializes a configuration with the name of the bucket.</summary>
    /// <param name="bucket">The name of the bucket: letters, digits, <c>_</c> and <c>-</c>.</param>
    public NatsKVConfig(string bucket) => Bucket = bucket;

    /// <summary>The name of the bucket: letters, digits, <c>_</c> and <c>-</c>.</summary>
    public string Bucket { get; init; }

    /// <summary>A description of the bucket, at most 4 KiB.</summary>
    public string? Description { get; init; }

    /// <summary>The maximum size of a value in bytes, including headers; 0 or -1: no limit. Default: 0.</summary>
    public int MaxValueSize { get; init; }

    /// <summary>The number of entries that are kept for each key, from 1 to <see cref="NatsKVDefaults.MaxHistory"/>; 0: 1. Default: 0.</summary>
    public long History { get; init; }

    /// <summary>The maximum age of an entry; zero: no limit. Default: zero.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>The maximum total size of the entries in bytes; 0 or -1: no limit. Default: 0. A full bucket rejects writes.</summary>
    public long MaxBytes { get; init; }

    /// <summary>Where entries are stored. Default: on disk.</summary>
    public NatsKVStorageType Storage { get; init; }

    /// <summary>The number of replicas, from 1 to 5; 0: one replica. Default: 0.</summary>
    public int NumberOfReplicas { get; init; }

    /// <summary>Publishes stored entries again, on another subject. Null: not used.</summary>
    public NatsKVRepublish? Republish { get; init; }

    /// <summary>Where the servers should place the bucket. Null: no preference.</summary>
    public Placement? Placement { get; init; }

    /// <summary>Whether entries are compressed on disk (since server 2.10). Default: false.</summary>
    public bool Compression { get; init; }

    /// <summary>
    /// The bucket that this bucket mirrors, by the name of the bucket or its stream. Null: not a mirror. Writes to a mirror go to the mirrored
    /// bucket; reads are answered by the mirror.
    /// </summary>
    public StreamSource? Mirror { get; init; }

    /// <summary>
    /// The buckets from which entries are copied, by the names of the buckets or their streams (since server 2.10). Null: none. A source
    /// without transformations gets one to the subjects of this bucket (ADR-57).
    /// </summary>
    public ICollection<StreamSource>? Sources { get; set; }

    /// <summary>Metadata of the application (since server 2.10). Names that begin with <c>_nats.</c> are reserved for the server.</summary>
    public IDictionary<string, string>? Metadata { get; set; }

    /// <summary>
    /// The time to live of the markers that the server writes when an entry expires, at least 1 s; zero: no markers (since server 2.11).
    /// Entries of such a bucket can have a time to live. Default: zero.
    /// </summary>
    public TimeSpan LimitMarkerTTL { get; init; }

    /// <summary>
    /// Whether any replica answers reads (direct get, since server 2.9). Such a read may not find an entry that was just written. Default:
    /// true; otherwise only the leader answers.
    /// </summary>
    public bool AllowDirect { get; init; } = true;

    /// <summary>
    /// Whether several keys can be changed together, with <see cref="INatsKVStore.UpdateManyAsync"/> (since server 2.12). Default: false. An
    /// update of the bucket does not switch it off.
    /// </summary>
    public bool AllowAtomic { get; init; }
}
