using System.Buffers.Text;
using System.Text;

namespace Earshot.Authentication;

/// <summary>
/// The fields of CONNECT that authenticate the client. Created for each attempt and disposed with it; never printed. Independent of
/// other options and of the encoding of the fields.
/// </summary>
internal sealed record Credentials(string? User, string? Password, string? Token) : IDisposable
{
    private const int LongestNonce = 128;
    private const int SignatureSize = 64;

    public static readonly Credentials Anonymous = new(null, null, null);

    /// <summary>The file or option they came from, for messages.</summary>
    public string Origin { get; init; } = nameof(NatsAuthOpts);

    /// <summary>Until when they are valid; null where they do not end, or where asking again would give the same ones.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public string? Jwt { get; init; }

    /// <summary>The public key to send: without a JWT the server finds the user by it.</summary>
    public string? NKey { get; init; }

    public NKeySigner? Signer { get; init; }

    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask<ReadOnlyMemory<byte>>>? SignatureCallback { get; init; }

    public bool IsAnonymous => string.IsNullOrEmpty(User) && string.IsNullOrEmpty(Password) && string.IsNullOrEmpty(Token)
        && Jwt is null && NKey is null;

    /// <summary>Whether CONNECT contains a secret that can be reused by anyone who reads it. A signed nonce cannot.</summary>
    public bool HasReusableSecret => !string.IsNullOrEmpty(Password) || !string.IsNullOrEmpty(Token);

    /// <summary>
    /// Those of the options, else those in the server's own URL, else those of the entry through which it was discovered. One
    /// source wins as a whole: a user name of one and a password of another would be sent to a server that accepts neither.
    /// </summary>
    public static Credentials Choose(Credentials? ofOptions, Credentials? ofServer, Credentials? ofDiscoverer)
    {
        if (ofOptions is { IsAnonymous: false })
        {
            return ofOptions;
        }

        if (ofServer is { IsAnonymous: false })
        {
            return ofServer;
        }

        return ofDiscoverer is { IsAnonymous: false } ? ofDiscoverer : Anonymous;
    }

    /// <summary>
    /// The signature of the server's nonce, as CONNECT carries it; null when there is no key or the server requires no signature.
    /// </summary>
    /// <exception cref="NatsProtocolViolationException">
    /// The nonce is not ASCII or is longer than 128 characters: signing it could sign something other than a proof of identity.
    /// </exception>
    public async ValueTask<string?> SignAsync(string? nonce, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(nonce) || (Signer is null && SignatureCallback is null))
        {
            return null;
        }

        if (nonce.Length > LongestNonce || !Ascii.IsValid(nonce))
        {
            throw new NatsProtocolViolationException($"The server's nonce is not at most {LongestNonce} ASCII characters; it is not signed.");
        }

        byte[] bytes = Encoding.ASCII.GetBytes(nonce);
        if (Signer is not null)
        {
            return Base64Url.EncodeToString(Signer.Sign(bytes));
        }

        // User code never runs on the loop that started the attempt.
        await Task.Yield();
        const string Origin = nameof(NatsAuthOpts.SignatureCallback);
        ReadOnlyMemory<byte> signature;
        try
        {
            signature = await SignatureCallback!(bytes, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NatsCredentialsException(Origin, $"the callback threw {e.GetType().Name}", e) { IsOfCallback = true };
        }

        return signature.Length == SignatureSize
            ? Base64Url.EncodeToString(signature.Span)
            : throw new NatsCredentialsException(Origin, $"the callback returned {signature.Length} bytes; an Ed25519 signature has {SignatureSize} bytes") { IsOfCallback = true };
    }

    public void Dispose() => Signer?.Dispose();

    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append("Origin = ").Append(Origin);
        return true;
    }
}
