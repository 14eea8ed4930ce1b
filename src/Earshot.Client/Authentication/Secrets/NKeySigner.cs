using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Earshot.Authentication;

/// <summary>
/// The private key of a user, for the length of one handshake: dispose it as soon as the nonce is signed, then the key bytes are
/// wiped. Does not know where the seed came from.
/// </summary>
internal sealed class NKeySigner : IDisposable
{
    private readonly Key _key;

    private NKeySigner(Key key, NKeyKind kind)
    {
        _key = key;
        PublicKey = NKeyCodec.EncodePublic(kind, key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
    }

    /// <summary>The public half in its text form (U...).</summary>
    public string PublicKey { get; }

    /// <summary>Reads a user's seed.</summary>
    /// <exception cref="NatsCredentialsException">It is no seed, or not that of a user.</exception>
    public static NKeySigner Parse(ReadOnlySpan<byte> seed, string origin)
    {
        Span<byte> raw = stackalloc byte[NKeyCodec.KeySize];
        try
        {
            if (!NKeyCodec.TryDecodeSeed(seed, raw, out NKeyKind kind, out string? reason))
            {
                throw new NatsCredentialsException(origin, $"the nkey seed is not valid: {reason}");
            }

            if (kind != NKeyKind.User)
            {
                throw new NatsCredentialsException(origin, $"the nkey seed is that of a {kind}, and only users (SU...) can connect");
            }

            return FromKey(raw, kind);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(raw);
        }
    }

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, string)"/>
    public static NKeySigner Parse(string seed, string origin)
    {
        ReadOnlySpan<char> text = seed.AsSpan().Trim();
        if (text.Length > NKeyCodec.SeedTextLength || !Ascii.IsValid(text))
        {
            throw new NatsCredentialsException(origin, $"the nkey seed is not valid: a seed has {NKeyCodec.SeedTextLength} characters");
        }

        Span<byte> bytes = stackalloc byte[NKeyCodec.SeedTextLength];
        int length = Encoding.ASCII.GetBytes(text, bytes);
        try
        {
            return Parse(bytes[..length], origin);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The 32 bytes of an Ed25519 private key (RFC 8032).</summary>
    public static NKeySigner FromKey(ReadOnlySpan<byte> key, NKeyKind kind) =>
        new(Key.Import(SignatureAlgorithm.Ed25519, key, KeyBlobFormat.RawPrivateKey), kind);

    /// <summary>64 bytes (Ed25519).</summary>
    public byte[] Sign(ReadOnlySpan<byte> bytes) => SignatureAlgorithm.Ed25519.Sign(_key, bytes);

    public void Dispose() => _key.Dispose();
}
