using System.Buffers.Text;
using System.Text;

namespace Earshot.KeyValueStore.Codecs;

/// <summary>Stores each token of a key as base64 for URLs, so that it may contain any character but a dot. Wildcards are kept.</summary>
internal sealed class Base64KeyCodec : INatsKeyCodec
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Base64KeyCodec Instance { get; } = new();

    public string Encode(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Each(key, static token => EncodeToken(token));
    }

    public string Decode(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Each(key, DecodeToken);
    }

    public string EncodeFilter(string filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Each(filter, static token => token is "*" or ">" ? token : EncodeToken(token));
    }

    private static string Each(string key, Func<string, string> convert) => string.Join('.', key.Split('.').Select(convert));

    private static string EncodeToken(string token)
    {
        try
        {
            return Base64Url.EncodeToString(s_utf8.GetBytes(token));
        }
        catch (EncoderFallbackException e)
        {
            throw new NatsKVException("The key contains half of a surrogate pair and cannot be encoded.", e);
        }
    }

    private static string DecodeToken(string token)
    {
        try
        {
            return s_utf8.GetString(Base64Url.DecodeFromChars(token));
        }
        catch (Exception e) when (e is FormatException or DecoderFallbackException)
        {
            throw new NatsKVException($"The token '{token}' of a stored key is not base64 of a text.", e);
        }
    }
}
