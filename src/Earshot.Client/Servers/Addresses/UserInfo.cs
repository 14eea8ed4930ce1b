namespace Earshot.Servers;

/// <summary>
/// The credentials written into a URL, percent-decoded: a user with a password, or a token alone. Kept apart from the address
/// and never printed.
/// </summary>
internal sealed record UserInfo(string? User, string? Password, string? Token)
{
    public override string ToString() => "***";
}
