namespace Earshot.Fleet;

/// <summary>The connection that a journal belongs to.</summary>
/// <param name="Id">The id of the connection (<see cref="INatsConnection.ConnectionId"/>), or another text that only this journal has.</param>
public sealed record JournalConnection(string Id)
{
    /// <summary>The name of the service; null if unknown.</summary>
    public string? Service { get; init; }

    /// <summary>The process of the service; null if unknown.</summary>
    public string? Instance { get; init; }

    /// <summary>The name that the server has for the connection; null if unknown.</summary>
    public string? Name { get; init; }
}
