using System.Buffers.Text;
using System.Security.Cryptography;

namespace Earshot.ObjectStore.Chunks;

/// <summary>The digest of an object: SHA-256, as base64url with padding (ADR-20). Compared as bytes, because other clients leave the padding out.</summary>
internal sealed class ObjectDigest : IDisposable
{
    private const string Algorithm = "SHA-256=";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Returns the digest of the bytes so far as text.</summary>
    public string Text()
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetCurrentHash(hash);
        return $"{Algorithm}{Base64Url.EncodeToString(hash)}="; // 32 bytes are 43 characters
    }

    /// <summary>Compares the digest of the bytes so far with a stored one; null or empty: there is none to compare with.</summary>
    public bool Matches(string? digest)
    {
        if (string.IsNullOrEmpty(digest))
        {
            return true;
        }

        if (!digest.StartsWith(Algorithm, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetCurrentHash(hash);
        string text = digest[Algorithm.Length..].TrimEnd('=').Replace('+', '-').Replace('/', '_');
        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        return Base64Url.IsValid(text, out int length) && length == stored.Length
            && Base64Url.TryDecodeFromChars(text, stored, out int written) && stored[..written].SequenceEqual(hash);
    }

    public void Dispose() => _hash.Dispose();
}
