using System.Security.Cryptography;
using System.Text;

namespace Earshot.Server.Access;

/// <summary>Who a client is, from what it says in CONNECT. Knows no connection and sends nothing.</summary>
internal sealed class Authenticator(NatsServerOptions options)
{
    private static readonly NatsServerUser s_anybody = new(string.Empty, string.Empty);

    public bool IsRequired { get; } = options.Users.Count > 0 || options.Token is not null;

    /// <summary>The user of clients that name none, or <see langword="null"/> where they are refused.</summary>
    public NatsServerUser? Default { get; } =
        options.Users.Count == 0 && options.Token is null ? s_anybody : options.Users.FirstOrDefault(user => user.Name == options.NoAuthUser);

    /// <summary>The user, or <see langword="null"/> when the credentials fit nobody.</summary>
    public NatsServerUser? Authenticate(string? user, string? password, string? token)
    {
        if (!IsRequired)
        {
            return s_anybody;
        }

        if (options.Users.Count > 0)
        {
            if (user is null && token is null && password is null)
            {
                return Default;
            }

            return options.Users.FirstOrDefault(known => known.Name == user && SameSecret(known.Password, password));
        }

        return SameSecret(options.Token, token) ? s_anybody : null;
    }

    private static bool SameSecret(string? wanted, string? given) =>
        wanted is not null && given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(wanted), Encoding.UTF8.GetBytes(given));
}
