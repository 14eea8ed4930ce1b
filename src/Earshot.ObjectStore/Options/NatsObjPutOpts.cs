namespace Earshot.ObjectStore;

/// <summary>Options of a put.</summary>
public record NatsObjPutOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsObjPutOpts Default = new();

    /// <summary>
    /// The maximum number of bytes that were sent and whose storage is not confirmed; at least one chunk. The limit is halved when the server
    /// is overloaded, and rises again. Default: 2 MiB.
    /// </summary>
    public long MaxInFlightBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>
    /// Receives the progress after each stored chunk, on the thread that continues the put; it must not block. An exception that it throws is
    /// reported in the journal of the connection. Null: not used.
    /// </summary>
    public IProgress<NatsObjProgress>? Progress { get; init; }
}
