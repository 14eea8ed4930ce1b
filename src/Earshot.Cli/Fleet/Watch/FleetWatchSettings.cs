namespace Earshot.Cli.Fleet;

/// <summary>What <c>fleet watch</c> shows and when it ends.</summary>
internal sealed record FleetWatchSettings
{
    /// <summary>How far back incidents are shown.</summary>
    public required TimeSpan Since { get; init; }

    /// <summary>Whether an incident in progress ends it.</summary>
    public bool UntilIncident { get; init; }

    /// <summary>How long it runs at most; null for no limit.</summary>
    public TimeSpan? Limit { get; init; }
}
