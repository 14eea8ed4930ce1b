namespace Earshot;

/// <summary>A user that may connect to the in-process server. The password is kept in plain text.</summary>
/// <param name="Name">The name of the user.</param>
/// <param name="Password">The password in plain text; a bcrypt hash is rejected when the server starts.</param>
public sealed record NatsTestServerUser(string Name, string Password)
{
    /// <summary>
    /// Public nkey (U...) of a user that signs the server's nonce in place of a password; default <see langword="null"/>.
    /// <see cref="WithNKey"/> creates such a user.
    /// </summary>
    public string? NKey { get; init; }

    /// <summary>Account of the user; default "$G", the global account. Messages do not cross accounts.</summary>
    public string Account { get; init; } = "$G";

    /// <summary>Permissions of the user; <see langword="null"/> (default): everything is allowed.</summary>
    public NatsTestServerPermissions? Permissions { get; init; }

    /// <summary>Creates a user that signs the server's nonce with an nkey; the public key is the name as well.</summary>
    /// <param name="publicKey">The public nkey of a user: U and 55 more characters.</param>
    public static NatsTestServerUser WithNKey(string publicKey) => new(publicKey, string.Empty) { NKey = publicKey };

    /// <summary>Returns the name of the user, never the password.</summary>
    public override string ToString() => Name;
}
