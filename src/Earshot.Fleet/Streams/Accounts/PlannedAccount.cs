namespace Earshot.Fleet.Streams;

/// <summary>An account of a fleet. The configuration of servers and the commands for JWTs are both written from it.</summary>
/// <param name="Name">The name of the account. In a server with JWTs the account is known by its public key instead.</param>
internal sealed record PlannedAccount(string Name)
{
    /// <summary>Whether it is the system account, which has no JetStream; in a server with JWTs it exists already.</summary>
    public bool IsSystem { get; init; }

    /// <summary>Whether the account has streams.</summary>
    public bool HasStreams { get; init; }

    public IReadOnlyList<PlannedUser> Users { get; init; } = [];

    /// <summary>What takes the place of users, where there are none yet.</summary>
    public string? UsersNote { get; init; }

    public IReadOnlyList<PlannedExport> Exports { get; init; } = [];

    public IReadOnlyList<PlannedImport> Imports { get; init; } = [];
}
