namespace Earshot.Dashboard.Fleets;

/// <summary>A loss as the page shows it: what both halves say, and the verdict. Times are seconds since the start of the axis.</summary>
/// <param name="Track">The index of its row; -1 without one.</param>
/// <param name="From">When the connection was lost.</param>
internal sealed record FleetLossRow(int Track, double From)
{
    /// <summary>When the client was connected again; null if it is not, or not known.</summary>
    public double? To { get; init; }

    /// <summary>The name of the client.</summary>
    public required string Name { get; init; }

    /// <summary>The server, with the id that it gave the client.</summary>
    public required string Server { get; init; }

    /// <summary>Account, user and host, as far as they are known.</summary>
    public required string Client { get; init; }

    /// <summary>Whether the client was refused.</summary>
    public bool Refused { get; init; }

    /// <summary>The verdict in words.</summary>
    public required string Cause { get; init; }

    /// <summary>What the journal says; null without one.</summary>
    public string? ClientSays { get; init; }

    /// <summary>What the server says; null if it says nothing.</summary>
    public string? ServerSays { get; init; }

    /// <summary>What became of the client.</summary>
    public required string Outcome { get; init; }

    /// <summary>Whether the client is known to be without a connection.</summary>
    public bool Down { get; init; }
}
