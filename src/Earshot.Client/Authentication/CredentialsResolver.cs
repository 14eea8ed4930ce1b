using System.Security.Cryptography;
using System.Text;

namespace Earshot.Authentication;

/// <summary>
/// From options to the credentials of one attempt: reads files, calls the callback, checks keys. Keeps nothing between attempts,
/// so that a rotated file or new credentials are used by the next attempt.
/// </summary>
internal sealed class CredentialsResolver(NatsAuthOpts options)
{
    public NatsAuthOpts Options => options;

    /// <summary>Checks what can be checked without a server: keys that nothing can sign with, damaged seeds and JWTs.</summary>
    /// <exception cref="ArgumentException">Options that exclude each other.</exception>
    /// <exception cref="NatsCredentialsException">A seed, JWT or creds text that cannot be used.</exception>
    public static void Validate(NatsAuthOpts options)
    {
        if (options.RenewBeforeExpiry < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.RenewBeforeExpiry, "NatsAuthOpts.RenewBeforeExpiry must not be negative; zero disables renewal.");
        }

        if (IsSet(options.NKey) && !IsSet(options.Seed) && options.SignatureCallback is null)
        {
            throw new ArgumentException("NatsAuthOpts.NKey requires Seed or SignatureCallback to sign the server's nonce.", nameof(options));
        }

        if (options.SignatureCallback is not null && ((!IsSet(options.NKey) && !IsSet(options.Jwt)) || IsSet(options.Seed)))
        {
            throw new ArgumentException("NatsAuthOpts.SignatureCallback needs NKey or Jwt, and no Seed.", nameof(options));
        }

        OfTexts(options)?.Dispose();
        if (IsSet(options.Creds))
        {
            OfCreds(Encoding.UTF8.GetBytes(options.Creds!), nameof(options.Creds)).Dispose();
        }
    }

    /// <summary>The JWT that the options hold as text, so that no attempt can bring another one; null: there is none.</summary>
    public static string? FixedJwt(NatsAuthOpts options)
    {
        if (IsSet(options.Creds))
        {
            using Credentials credentials = OfCreds(Encoding.UTF8.GetBytes(options.Creds!), nameof(options.Creds));
            return credentials.Jwt;
        }

        return IsSet(options.Jwt) ? CredsText.Jwt(options.Jwt!, nameof(options.Jwt)) : null;
    }

    /// <summary>The credentials of the options for an attempt on <paramref name="server"/>; the caller disposes them.</summary>
    /// <exception cref="NatsCredentialsException">They cannot be had; the next attempt may succeed.</exception>
    public async ValueTask<Credentials> ResolveAsync(Uri server, CancellationToken cancellationToken)
    {
        if (options.IsAnonymous)
        {
            return Credentials.Anonymous;
        }

        if (options.AuthCredCallback is not null)
        {
            return Renewable(WithUser(await OfAsync(await AskAsync(server, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)), nameof(options.AuthCredCallback));
        }

        if (IsSet(options.CredsFile))
        {
            return Renewable(WithUser(OfCreds(await SecretFile.ReadAsync(options.CredsFile!, cancellationToken).ConfigureAwait(false), options.CredsFile!)), options.CredsFile!);
        }

        if (IsSet(options.NKeyFile))
        {
            return WithUser(OfSeed(await SecretFile.ReadAsync(options.NKeyFile!, cancellationToken).ConfigureAwait(false), options.NKeyFile!));
        }

        if (IsSet(options.Creds))
        {
            return WithUser(OfCreds(Encoding.UTF8.GetBytes(options.Creds!), nameof(options.Creds)));
        }

        return WithUser(OfTexts(options) ?? Credentials.Anonymous);
    }

    // Texts in the options stay what they are; files and callbacks may have something newer.
    private static Credentials Renewable(Credentials credentials, string origin) => credentials with
    {
        Origin = origin,
        ExpiresAt = credentials.Jwt is null ? null : JwtExpiry.Of(credentials.Jwt),
    };

    private Credentials WithUser(Credentials credentials) => credentials with
    {
        User = credentials.User ?? options.Username,
        Password = credentials.Password ?? options.Password,
        Token = credentials.Token ?? options.Token,
    };

    private async ValueTask<NatsAuthCred> AskAsync(Uri server, CancellationToken cancellationToken)
    {
        // User code never runs on the loop that started the attempt, and a hang must end with it.
        await Task.Yield();
        try
        {
            return await options.AuthCredCallback!(server, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new NatsCredentialsException(nameof(NatsAuthOpts.AuthCredCallback), $"the callback threw {e.GetType().Name}", e) { IsOfCallback = true };
        }
    }

    private static async ValueTask<Credentials> OfAsync(NatsAuthCred cred, CancellationToken cancellationToken)
    {
        const string Origin = nameof(NatsAuthOpts.AuthCredCallback);
        return cred.Kind switch
        {
            NatsAuthCredKind.UserInfo => new Credentials(cred.Value, cred.Second, null),
            NatsAuthCredKind.Token => new Credentials(null, null, cred.Value),
            NatsAuthCredKind.Jwt => new Credentials(null, null, null)
            {
                Jwt = CredsText.Jwt(cred.Value!, Origin),
                Signer = IsSet(cred.Second) ? NKeySigner.Parse(cred.Second!, Origin) : null,
            },
            NatsAuthCredKind.NKey => OfSigner(NKeySigner.Parse(cred.Value!, Origin)),
            NatsAuthCredKind.Creds => OfCreds(Encoding.UTF8.GetBytes(cred.Value!), Origin),
            NatsAuthCredKind.CredsFile => OfCreds(await SecretFile.ReadAsync(cred.Value!, cancellationToken).ConfigureAwait(false), cred.Value!),
            NatsAuthCredKind.NKeyFile => OfSeed(await SecretFile.ReadAsync(cred.Value!, cancellationToken).ConfigureAwait(false), cred.Value!),
            _ => throw new NatsCredentialsException(Origin, "the callback returned no credential") { IsOfCallback = true },
        };
    }

    private static Credentials? OfTexts(NatsAuthOpts options)
    {
        if (!IsSet(options.Jwt) && !IsSet(options.NKey) && !IsSet(options.Seed))
        {
            return null;
        }

        string? jwt = IsSet(options.Jwt) ? CredsText.Jwt(options.Jwt!, nameof(options.Jwt)) : null;
        NKeySigner? signer = IsSet(options.Seed) ? NKeySigner.Parse(options.Seed!, nameof(options.Seed)) : null;
        if (IsSet(options.NKey))
        {
            CheckPublicKey(options.NKey!, signer);
        }

        return new Credentials(null, null, null)
        {
            Jwt = jwt,
            NKey = jwt is null ? signer?.PublicKey ?? options.NKey!.Trim() : null,
            Signer = signer,
            SignatureCallback = options.SignatureCallback,
        };
    }

    private static void CheckPublicKey(string text, NKeySigner? signer)
    {
        const string Origin = nameof(NatsAuthOpts.NKey);
        Span<byte> key = stackalloc byte[NKeyCodec.KeySize];
        string trimmed = text.Trim();
        if (!NKeyCodec.TryDecodePublic(Encoding.UTF8.GetBytes(trimmed), key, out NKeyKind kind, out string? reason))
        {
            throw new NatsCredentialsException(Origin, $"the public nkey is not valid: {reason}");
        }

        if (kind != NKeyKind.User)
        {
            throw new NatsCredentialsException(Origin, $"the public nkey is that of a {kind}, and only users (U...) can connect");
        }

        if (signer is not null && signer.PublicKey != trimmed)
        {
            throw new NatsCredentialsException(Origin, "the public nkey does not belong to the seed");
        }
    }

    private static Credentials OfCreds(byte[] text, string origin)
    {
        try
        {
            (string jwt, NKeySigner signer) = CredsText.ReadCreds(text, origin);
            return new Credentials(null, null, null) { Jwt = jwt, Signer = signer };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private static Credentials OfSeed(byte[] text, string origin)
    {
        try
        {
            return OfSigner(CredsText.ReadSeed(text, origin));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private static Credentials OfSigner(NKeySigner signer) => new(null, null, null) { NKey = signer.PublicKey, Signer = signer };

    private static bool IsSet(string? text) => !string.IsNullOrEmpty(text);
}
