using System.Text;

namespace Earshot;

/// <summary>
/// Who the connection says it is. Immutable and safe to share between connections; never printed with its secrets. What is set
/// here wins, as a whole, over user info in the server's URL.
/// </summary>
/// <remarks>Source: https://docs.nats.io/reference/reference-protocols/nats-protocol#connect (fields user, pass, auth_token).</remarks>
public sealed record NatsAuthOpts
{
    /// <summary>No credentials: those in the server's URL are used, if there are any.</summary>
    public static readonly NatsAuthOpts Default = new();

    /// <summary>User name, sent as <c>user</c>. Default: none.</summary>
    public string? Username { get; init; }

    /// <summary>Password, sent as <c>pass</c>. Default: none.</summary>
    public string? Password { get; init; }

    /// <summary>Token, sent as <c>auth_token</c>. Default: none.</summary>
    public string? Token { get; init; }

    /// <summary>True when nothing is set here.</summary>
    public bool IsAnonymous => string.IsNullOrEmpty(Username) && string.IsNullOrEmpty(Password) && string.IsNullOrEmpty(Token);

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("IsAnonymous = ").Append(IsAnonymous);
        AppendIfSet(builder, nameof(Username), Username);
        AppendIfSet(builder, nameof(Password), Password);
        AppendIfSet(builder, nameof(Token), Token);
        return true;
    }

    // A user name is hidden too: with some set-ups it is a token put into the wrong field.
    private static void AppendIfSet(StringBuilder builder, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            builder.Append(", ").Append(name).Append(" = ***");
        }
    }
}
