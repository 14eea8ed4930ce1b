namespace Earshot.Dashboard.Timeline;

/// <summary>An event on the page.</summary>
/// <param name="Track">The index of its connection.</param>
/// <param name="Time">Seconds since the start of the axis.</param>
/// <param name="Sequence">The sequence number in the journal.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Category">The category.</param>
/// <param name="Severity">The number of the severity, 0 for trace to 5 for critical.</param>
/// <param name="Message">The message.</param>
internal sealed record PageEvent(int Track, double Time, long Sequence, string Kind, string Category, int Severity, string Message)
{
    /// <summary>The outage the event belongs to; 0 for none.</summary>
    public int Outage { get; init; }

    /// <summary>The number of occurrences, where it is more than one.</summary>
    public int Repeat { get; init; }

    /// <summary>Messages that wait to be written.</summary>
    public long Pending { get; init; }

    /// <summary>Requests that wait for a reply.</summary>
    public int Requests { get; init; }

    /// <summary>The last round trip in seconds.</summary>
    public double? Rtt { get; init; }

    /// <summary>Names and values of the event's own members.</summary>
    public required IReadOnlyList<string[]> Details { get; init; }
}
