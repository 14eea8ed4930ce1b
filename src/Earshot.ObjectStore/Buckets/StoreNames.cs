using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Earshot.ObjectStore.Buckets;

/// <summary>The names of streams, subjects, buckets and objects (ADR-6, ADR-20), and what they may consist of.</summary>
internal static class StoreNames
{
    private const string Prefix = "OBJ_";

    private static readonly SearchValues<char> s_bucket = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly UTF8Encoding s_text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The name of the stream of a bucket.</summary>
    public static string StreamOf(string bucket) => Prefix + bucket;

    /// <summary>The name of the bucket of a stream; null when the stream is not one of a bucket.</summary>
    public static string? BucketOf(string? stream) => stream?.StartsWith(Prefix, StringComparison.Ordinal) == true ? stream[Prefix.Length..] : null;

    /// <summary>The subject of the chunks of a bucket, up to the id of the object.</summary>
    public static string ChunksOf(string bucket) => $"$O.{bucket}.C.";

    /// <summary>The subject of the information of objects, up to the encoded name.</summary>
    public static string MetasOf(string bucket) => $"$O.{bucket}.M.";

    /// <summary>The last token of the subject of the information of an object: its name as base64url with padding, as other clients write it.</summary>
    public static string TokenOf(string name)
    {
        string token = Base64Url.EncodeToString(s_text.GetBytes(name));
        return (token.Length % 4) switch
        {
            2 => token + "==",
            3 => token + "=",
            _ => token,
        };
    }

    /// <summary>The name of the object whose information has this last token of its subject; null when the token is not the encoded name of one.</summary>
    public static string? NameOf(ReadOnlySpan<char> token)
    {
        try
        {
            return token.Length > 0 && Base64Url.IsValid(token) ? s_text.GetString(Base64Url.DecodeFromChars(token)) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <exception cref="ArgumentException">The name of the bucket is not valid.</exception>
    public static void CheckBucket(string? bucket, string paramName = "bucket")
    {
        ArgumentNullException.ThrowIfNull(bucket, paramName);
        if (!IsBucket(bucket))
        {
            throw new ArgumentException($"The name of the bucket, '{bucket}', must consist of letters, digits, '_' and '-'.", paramName);
        }
    }

    /// <summary>Whether a name can be that of a bucket.</summary>
    public static bool IsBucket(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(s_bucket);

    /// <exception cref="ArgumentException">The name of the object is empty, or no valid text.</exception>
    public static void CheckObject(string? name, string paramName = "key")
    {
        ArgumentException.ThrowIfNullOrEmpty(name, paramName);
        try
        {
            s_text.GetByteCount(name);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException("The name of the object is not valid text: it has half of a surrogate pair.", paramName, e);
        }
    }

    /// <summary>Whether the id of an object, which any client may have written, is one token: with a wildcard it would select the chunks of other objects.</summary>
    public static bool IsToken(string? nuid) =>
        !string.IsNullOrEmpty(nuid) && !nuid.AsSpan().ContainsAny("*>. ") && !nuid.Any(char.IsControl);
}
