using System.Security.Cryptography;
using System.Text;

namespace Earshot.Server.Access;

/// <summary>Determines the user of a client from the fields of its CONNECT. Independent of the connection; sends nothing.</summary>
internal sealed class Authenticator
{
    private static readonly NatsTestServerUser s_anonymous = new(string.Empty, string.Empty);

    private readonly NatsTestServerOptions _options;

    /// <exception cref="ArgumentException">A user's nkey is none.</exception>
    public Authenticator(NatsTestServerOptions options)
    {
        _options = options;
        foreach (NatsTestServerUser? user in options.Users.Where(user => user.NKey is not null))
        {
            NKeySignature.Check(user.NKey!);
            NeedsNonce = true;
        }

        IsRequired = options.Users.Count > 0 || options.Token is not null;
        Default = IsRequired ? options.Users.FirstOrDefault(user => user.Name == options.NoAuthUser) : s_anonymous;
    }

    public bool IsRequired { get; }

    /// <summary>Whether INFO has something to sign.</summary>
    public bool NeedsNonce { get; }

    /// <summary>The user of clients that name none, or <see langword="null"/> where they are refused.</summary>
    public NatsTestServerUser? Default { get; }

    /// <summary>The user, or <see langword="null"/> when no user has these credentials.</summary>
    public NatsTestServerUser? Authenticate(Claim claim)
    {
        if (!IsRequired)
        {
            return s_anonymous;
        }

        if (_options.Users.Count == 0)
        {
            return SameSecret(_options.Token, claim.Token) ? s_anonymous : null;
        }

        if (claim.IsEmpty)
        {
            return Default;
        }

        return claim.NKey is { } key
            ? _options.Users.FirstOrDefault(known => known.NKey == key && NKeySignature.IsGood(key, claim.Signature, claim.Nonce))
            : _options.Users.FirstOrDefault(known => known.NKey is null && known.Name == claim.User && SameSecret(known.Password, claim.Password));
    }

    private static bool SameSecret(string? wanted, string? given) =>
        wanted is not null && given is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(wanted), Encoding.UTF8.GetBytes(given));
}
