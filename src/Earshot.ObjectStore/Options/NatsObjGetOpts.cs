namespace Earshot.ObjectStore;

/// <summary>Options of a get.</summary>
public record NatsObjGetOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsObjGetOpts Default = new();

    /// <summary>The maximum number of bytes that are requested or received and not yet written to the target; at least two chunks. Default: 1 MiB.</summary>
    public int MaxInFlightBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Receives the progress after each chunk, on the thread that continues the get; it must not block. An exception that it throws is reported
    /// in the journal of the connection. Null: not used.
    /// </summary>
    public IProgress<NatsObjProgress>? Progress { get; init; }
}
