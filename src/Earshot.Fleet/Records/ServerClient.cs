namespace Earshot.Fleet;

/// <summary>A client as a server sees it. Credentials are never part of it.</summary>
/// <param name="Id">The id that the server gave it (<c>cid</c>), unique while the server runs.</param>
public sealed record ServerClient(ulong Id)
{
    /// <summary>When the server accepted the connection, by its clock.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>When the connection ended, by the clock of the server.</summary>
    public DateTimeOffset? Stop { get; init; }

    /// <summary>The account; null for a client that was refused, and for the default account.</summary>
    public string? Account { get; init; }

    /// <summary>The user, never a token or a JWT; null if it is not known.</summary>
    public string? User { get; init; }

    /// <summary>The name that the client gave itself.</summary>
    public string? Name { get; init; }

    /// <summary>The address of the client, without its port.</summary>
    public string? Ip { get; init; }

    /// <summary>The port of the client; 0 if unknown.</summary>
    public int Port { get; init; }

    /// <summary>The language of the client library.</summary>
    public string? Lang { get; init; }

    /// <summary>The version of the client library.</summary>
    public string? Version { get; init; }

    /// <summary>The kind of the connection, such as <c>Client</c> or <c>Leafnode</c>.</summary>
    public string? Kind { get; init; }
}
