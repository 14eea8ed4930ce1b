namespace Earshot.Fleet;

/// <summary>How incidents are found. The defaults fit; set <see cref="CompleteUntil"/> when records still arrive.</summary>
public sealed record IncidentOptions
{
    /// <summary>Losses of one server that are further apart belong to different groups, unless the server announced its end. Default: 2 s.</summary>
    public TimeSpan Gap { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The least number of losses of an incident. Default: 3.</summary>
    public int MinLosses { get; init; } = 3;

    /// <summary>The part of the known connections that is an incident even with fewer losses. Default: 0.02.</summary>
    public double MinShare { get; init; } = 0.02;

    /// <summary>How far two clocks may differ where nothing is known of them. Default: 500 ms.</summary>
    public TimeSpan ClockMargin { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The time up to which all records are there; null when none is missing, as with files. A journal without an end means that its process died only
    /// before this time. Default: null.
    /// </summary>
    public DateTimeOffset? CompleteUntil { get; init; }
}
