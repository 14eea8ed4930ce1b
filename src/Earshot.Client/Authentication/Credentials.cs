using System.Text;

namespace Earshot.Authentication;

/// <summary>
/// What goes into CONNECT to prove who we are. Chosen anew for every attempt; never printed. Does not know options of other
/// kinds nor how the fields are written.
/// </summary>
internal sealed record Credentials(string? User, string? Password, string? Token)
{
    public static readonly Credentials Anonymous = new(null, null, null);

    public CredentialsSource Source { get; init; }

    public bool IsAnonymous => string.IsNullOrEmpty(User) && string.IsNullOrEmpty(Password) && string.IsNullOrEmpty(Token);

    /// <summary>
    /// Option credentials, else those in the server's own URL, else those of the entry through which it was discovered. One
    /// source wins as a whole: a user name of one and a password of another would be sent to a server that knows neither.
    /// </summary>
    public static Credentials Choose(NatsAuthOpts? options, Credentials? ofServer, Credentials? ofDiscoverer)
    {
        if (options is { IsAnonymous: false })
        {
            return new Credentials(options.Username, options.Password, options.Token) { Source = CredentialsSource.Options };
        }

        if (ofServer is { IsAnonymous: false })
        {
            return ofServer with { Source = CredentialsSource.ServerUrl };
        }

        return ofDiscoverer is { IsAnonymous: false }
            ? ofDiscoverer with { Source = CredentialsSource.DiscoveringServerUrl }
            : Anonymous;
    }

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Source = ").Append(Source);
        return true;
    }
}
