namespace Earshot.Fleet.Tests.Story;

/// <summary>A client of a story, with the state of its connection and of its journal.</summary>
internal sealed class StoryClient(string id)
{
    /// <summary>The id of the connection in its journal.</summary>
    public string Id => id;

    public string Name { get; init; } = "orders-api";

    public string Host { get; init; } = "10.0.0.5";

    public string? Account { get; init; } = "APP";

    public string? User { get; init; } = "orders";

    public bool HasJournal { get; init; } = true;

    /// <summary>The process that ships its journal; null: it is in a file.</summary>
    public string? Process { get; init; }

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan Clock { get; init; }

    public StoryServer? Server { get; set; }

    public ulong ClientId { get; set; }

    public int Session { get; set; }

    public int Outage { get; set; }

    public long Sequence { get; set; }

    public DateTimeOffset Started { get; set; }

    /// <summary>How the analysis names the current connection.</summary>
    public (string Server, ulong ClientId) Key => (Server!.Id, ClientId);
}
