namespace Earshot.Server.Access;

/// <summary>The credentials in a client's CONNECT.</summary>
internal sealed record Claim(string? User, string? Password, string? Token)
{
    public string? NKey { get; init; }

    public string? Signature { get; init; }

    /// <summary>What the server gave this connection to sign.</summary>
    public required string Nonce { get; init; }

    public bool IsEmpty => User is null && Password is null && Token is null && NKey is null;
}
