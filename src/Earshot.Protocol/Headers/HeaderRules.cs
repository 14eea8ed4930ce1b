using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Earshot.Protocol;

/// <summary>What a header name and value may consist of, so that no header can ever end its line or its block.</summary>
internal static class HeaderRules
{
    // ADR-4: printable ASCII without the colon.
    private static readonly SearchValues<char> s_nameCharacters = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<byte> s_nameBytes = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    private static readonly SearchValues<char> s_lineBreakers = SearchValues.Create("\r\n\0");

    public static bool IsValidName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(s_nameCharacters);

    public static bool IsValidValue(string? value) =>
        value is null || (!value.AsSpan().ContainsAny(s_lineBreakers) && !HasLoneSurrogate(value));

    public static void ThrowIfInvalidName(string name, string paramName)
    {
        ArgumentNullException.ThrowIfNull(name, paramName);
        if (!IsValidName(name))
        {
            throw new NatsInvalidHeaderException("A header name must be one or more printable ASCII characters other than space and colon.", paramName);
        }
    }

    public static void ThrowIfInvalidValue(string? value, string paramName)
    {
        if (!IsValidValue(value))
        {
            throw new NatsInvalidHeaderException("A header value must not contain CR, LF, NUL or a lone surrogate.", paramName);
        }
    }

    /// <summary>Checks a name with all its values, as an application adds them.</summary>
    public static void ThrowIfInvalid(string key, StringValues value)
    {
        ThrowIfInvalidName(key, nameof(key));
        foreach (string? single in value)
        {
            ThrowIfInvalidValue(single, nameof(value));
        }
    }

    public static void ThrowIfInvalidName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name.ContainsAnyExcept(s_nameBytes))
        {
            throw new NatsInvalidHeaderException("The name of a received header cannot be sent: it must be one or more printable ASCII characters other than space and colon.", nameof(name));
        }
    }

    public static void ThrowIfInvalidValue(ReadOnlySpan<byte> value)
    {
        if (value.ContainsAny((byte)'\r', (byte)'\n', (byte)0))
        {
            throw new NatsInvalidHeaderException("The value of a received header cannot be sent: it must not contain CR, LF or NUL.", nameof(value));
        }
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        int first = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        for (int i = first; i >= 0 && i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return true;
            }

            i++;
        }

        return false;
    }
}
