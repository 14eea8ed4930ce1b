namespace Earshot.Fleet;

/// <summary>What servers reported about their connections.</summary>
public sealed record ConnectionsReading
{
    /// <summary>The records: one for each server that answered, and one for each connection.</summary>
    public required IReadOnlyList<FleetRecord> Records { get; init; }

    /// <summary>The servers that answered, by name.</summary>
    public required IReadOnlyList<ServerIdentity> Servers { get; init; }

    /// <summary>The number of open connections that were reported.</summary>
    public int Open { get; init; }

    /// <summary>The number of closed connections that were reported.</summary>
    public int Closed { get; init; }

    /// <summary>Whether the client is in the default account, which never gets the closed connections this way.</summary>
    public bool IsDefaultAccount { get; init; }

    /// <summary>What servers refused or answered in another form, as sentences.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}
