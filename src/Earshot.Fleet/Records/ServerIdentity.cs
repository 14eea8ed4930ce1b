namespace Earshot.Fleet;

/// <summary>A running server. A restart gives it a new id.</summary>
/// <param name="Id">The id of the server.</param>
public sealed record ServerIdentity(string Id)
{
    /// <summary>The name of the server; null if unknown.</summary>
    public string? Name { get; init; }

    /// <summary>The name of its cluster; null if it has none.</summary>
    public string? Cluster { get; init; }

    /// <summary>The version of the server; null if unknown.</summary>
    public string? Version { get; init; }
}
