namespace Earshot;

/// <summary>Someone who may connect. Holds a password as it was given; the server is not for secrets that matter.</summary>
/// <param name="Name">The user name.</param>
/// <param name="Password">The password.</param>
public sealed record NatsServerUser(string Name, string Password)
{
    /// <summary>The account; default "$G", the global one. Accounts see nothing of each other.</summary>
    public string Account { get; init; } = "$G";

    /// <summary>What the user may do; <see langword="null"/> (default) allows everything.</summary>
    public NatsServerPermissions? Permissions { get; init; }

    /// <summary>The name; never the password.</summary>
    public override string ToString() => Name;
}
