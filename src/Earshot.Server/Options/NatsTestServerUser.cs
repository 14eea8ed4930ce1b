namespace Earshot;

/// <summary>Someone who may connect. Holds a password as it was given; the server is not for secrets that matter.</summary>
/// <param name="Name">The user name.</param>
/// <param name="Password">The password itself; a bcrypt hash is refused when the server starts.</param>
public sealed record NatsTestServerUser(string Name, string Password)
{
    /// <summary>
    /// The public nkey (U...) of a user who signs the server's nonce instead of giving a password; default
    /// <see langword="null"/>. <see cref="WithNKey"/> makes such a user.
    /// </summary>
    public string? NKey { get; init; }

    /// <summary>The account; default "$G", the global one. Accounts see nothing of each other.</summary>
    public string Account { get; init; } = "$G";

    /// <summary>What the user may do; <see langword="null"/> (default) allows everything.</summary>
    public NatsTestServerPermissions? Permissions { get; init; }

    /// <summary>A user who signs the server's nonce with the seed of this key; the key is its name too.</summary>
    /// <param name="publicKey">The public nkey of a user, U and 55 more characters.</param>
    public static NatsTestServerUser WithNKey(string publicKey) => new(publicKey, string.Empty) { NKey = publicKey };

    /// <summary>The name; never the password.</summary>
    public override string ToString() => Name;
}
