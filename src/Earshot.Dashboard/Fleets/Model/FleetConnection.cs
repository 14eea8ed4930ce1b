using Earshot.Fleet;

namespace Earshot.Dashboard.Fleets;

/// <summary>A connection of the fleet: with a journal over all its sessions, without one a single session.</summary>
/// <param name="Key">What names it in this and in later pictures.</param>
internal sealed record FleetConnection(string Key)
{
    /// <summary>The name, as far as it is known.</summary>
    public string? Name { get; set; }

    /// <summary>The service: that of its journal, otherwise the name without what makes it unique.</summary>
    public string? Service { get; set; }

    /// <summary>The address of the client.</summary>
    public string? Host { get; set; }

    /// <summary>Whether there is a journal.</summary>
    public bool HasJournal { get; init; }

    public List<FleetSession> Sessions { get; } = [];

    public List<FleetLoss> Losses { get; } = [];

    public string ServiceName => Service ?? WithoutSuffix(Name) ?? "without a name";

    public string HostName => Host ?? "unknown host";

    // orders-api#7f3c9a.2 is the second connection of one process of orders-api.
    private static string? WithoutSuffix(string? name) => name?.LastIndexOf('#') is > 0 and var at ? name[..at] : name;
}
