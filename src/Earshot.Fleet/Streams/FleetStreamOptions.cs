namespace Earshot.Fleet;

/// <summary>The limits of the streams of a fleet. The defaults fit 10,000 connections.</summary>
public sealed record FleetStreamOptions
{
    /// <summary>How long records are kept. Default: 7 days.</summary>
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromDays(7);

    /// <summary>The maximum size of the stream of journals, in bytes for each replica. Default: 2 GiB.</summary>
    public long JournalBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>The maximum size of the stream of what servers report, in bytes for each replica. Default: 1 GiB.</summary>
    public long ServerBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>The number of replicas, from 1 to 5. Null, the default: three, or as many as there are servers with JetStream.</summary>
    public int? Replicas { get; init; }
}
