using System.Runtime.CompilerServices;

namespace Earshot.Protocol;

/// <summary>
/// Lexical rules of both readers: line end, separators, verbs, decimal numbers. Independent of operations; throws no exceptions.
/// </summary>
internal static class ControlLine
{
    // Servers accept 1 to 9 digits and echo leading zeros; a tenth digit is how size overflows start.
    private const int MaxSizeDigits = 9;

    /// <summary>The line without LF and without the one CR before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> WithoutLineEnd(ReadOnlySpan<byte> buffer, int lineFeed)
    {
        int length = lineFeed > 0 && buffer[lineFeed - 1] == (byte)'\r' ? lineFeed - 1 : lineFeed;
        return buffer[..length];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSeparator(byte value) => value is (byte)' ' or (byte)'\t';

    public static ReadOnlySpan<byte> TrimSeparators(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    /// <summary>
    /// Takes the next token off <paramref name="rest"/> and the separators behind it. False where there is none, or where
    /// the token holds a CR: a line that contains one was not written by a NATS server.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryTakeToken(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> token)
    {
        int end = rest.IndexOfAny((byte)' ', (byte)'\t', (byte)'\r');
        if (end < 0)
        {
            token = rest;
            rest = default;
            return !token.IsEmpty;
        }

        token = rest[..end];
        if (end == 0 || rest[end] == (byte)'\r')
        {
            return false;
        }

        rest = SkipSeparators(rest[(end + 1)..]);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ReadOnlySpan<byte> SkipSeparators(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length && IsSeparator(text[i]))
        {
            i++;
        }

        return text[i..];
    }

    /// <summary>Digits only, 1 to 9 of them.</summary>
    public static bool TryParseSize(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > MaxSizeDigits)
        {
            return false;
        }

        foreach (byte character in digits)
        {
            uint digit = (uint)(character - '0');
            if (digit > 9)
            {
                return false;
            }

            value = (value * 10) + (int)digit;
        }

        return true;
    }

    /// <summary>A size with nothing but separators behind it.</summary>
    public static bool TryParseLastSize(ReadOnlySpan<byte> text, out int value) =>
        TryParseSize(text, out value) || (!text.IsEmpty && IsSeparator(text[^1]) && TryParseSize(text.TrimEnd(" \t"u8), out value));

    /// <summary>Takes digits, up to <see cref="long.MaxValue"/>, and the separators behind them off the front.</summary>
    public static bool TryTakeNumber(scoped ref ReadOnlySpan<byte> rest, out long value)
    {
        value = 0;
        int length = 0;
        while (length < rest.Length && !IsSeparator(rest[length]))
        {
            uint digit = (uint)(rest[length] - '0');

            // 18 digits always fit, so the check that needs a division is for longer ones only.
            if (digit > 9 || (length >= 18 && value > (long.MaxValue - digit) / 10))
            {
                return false;
            }

            value = (value * 10) + digit;
            length++;
        }

        rest = SkipSeparators(rest[length..]);
        return length > 0;
    }

    /// <summary>Whether the text starts with an upper-case verb in any case.</summary>
    public static bool StartsWithVerb(ReadOnlySpan<byte> text, ReadOnlySpan<byte> verb) =>
        text.Length >= verb.Length && SameLetters(text[..verb.Length], verb);

    /// <summary>Whether the text, still without a line end, may yet become one of the verbs (or begins with one).</summary>
    public static bool MayBecomeVerb(ReadOnlySpan<byte> text, ReadOnlySpan<byte> verb)
    {
        int length = Math.Min(text.Length, verb.Length);
        return SameLetters(text[..length], verb[..length]);
    }

    private static bool SameLetters(ReadOnlySpan<byte> text, ReadOnlySpan<byte> verb)
    {
        for (int i = 0; i < verb.Length; i++)
        {
            // Only letters have a second case; '+' and '-' must not fold onto control characters.
            byte folded = text[i] is >= (byte)'a' and <= (byte)'z' ? (byte)(text[i] - 32) : text[i];
            if (folded != verb[i])
            {
                return false;
            }
        }

        return true;
    }
}
