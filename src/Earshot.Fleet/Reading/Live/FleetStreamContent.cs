namespace Earshot.Fleet;

/// <summary>What the streams of a fleet contain, as far as a reader has read and kept it.</summary>
public sealed record FleetStreamContent
{
    /// <summary>The records of both halves, each once.</summary>
    public required IReadOnlyList<FleetRecord> Records { get; init; }

    /// <summary>Both streams: that of the clients' journals, then that of the servers.</summary>
    public required IReadOnlyList<FleetStreamState> Streams { get; init; }

    /// <summary>The beginning of the window, in UTC: what was stored before is not in it.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>
    /// The time up to which all records are there, for <see cref="IncidentOptions.CompleteUntil"/>: shippers and collectors need moments to store what they see.
    /// </summary>
    public required DateTimeOffset CompleteUntil { get; init; }

    /// <summary>What is wrong with the streams and what to do, as sentences; empty when both can be read.</summary>
    public IReadOnlyList<string> Problems => [.. Streams.Select(stream => stream.Problem).OfType<string>()];
}
