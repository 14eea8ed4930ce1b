using System.Buffers;

namespace Earshot.KeyValueStore.Buckets;

/// <summary>Validates names of buckets, keys and filters (ADR-6, ADR-8), before anything is sent.</summary>
internal static class KeyRules
{
    private const string Reserved = "_kv";

    private static readonly SearchValues<char> s_bucket = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");
    private static readonly SearchValues<char> s_key = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/=.");

    /// <exception cref="ArgumentException">The name of the bucket is not valid.</exception>
    public static void CheckBucket(string? bucket, string paramName = "bucket")
    {
        ArgumentNullException.ThrowIfNull(bucket, paramName);
        if (bucket.Length == 0 || bucket.AsSpan().ContainsAnyExcept(s_bucket))
        {
            throw new ArgumentException($"The name of the bucket, '{bucket}', must consist of letters, digits, '_' and '-'.", paramName);
        }
    }

    /// <summary>Returns why a key is not valid; null when it is.</summary>
    public static NatsKVException? CheckKey(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return new NatsKVException("The key is empty.");
        }

        if (key.AsSpan().ContainsAnyExcept(s_key))
        {
            return new NatsKVException($"The key '{key}' must consist of letters, digits and '-', '/', '_', '=' and '.'.");
        }

        return HasEmptyToken(key) ? new NatsKVException($"The key '{key}' begins or ends with a dot, or has two dots without a token between them.")
            : key.StartsWith(Reserved, StringComparison.Ordinal) ? new NatsKVException($"The key '{key}' begins with '{Reserved}', which is reserved.")
            : null;
    }

    /// <exception cref="NatsKVException">The filter is neither a key nor a key with the wildcards <c>*</c> and <c>&gt;</c>.</exception>
    public static void CheckFilter(string? filter)
    {
        if (string.IsNullOrEmpty(filter))
        {
            throw new NatsKVException("The filter of keys is empty.");
        }

        ReadOnlySpan<char> rest = filter;
        foreach (Range range in rest.Split('.'))
        {
            ReadOnlySpan<char> token = rest[range];
            bool isLast = range.End.GetOffset(rest.Length) == rest.Length;
            bool isWildcard = token is "*" || (isLast && token is ">");
            if (token.IsEmpty || (!isWildcard && token.ContainsAnyExcept(s_key)))
            {
                throw new NatsKVException($"The filter '{filter}' is neither a key nor a key with the wildcards '*' and, at its end, '>'.");
            }
        }
    }

    private static bool HasEmptyToken(string key) => key[0] == '.' || key[^1] == '.' || key.Contains("..", StringComparison.Ordinal);
}
