using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Earshot.Authentication;

/// <summary>
/// The text form of nkeys: prefix, 32 key bytes and CRC-16 in base 32, upper case, no padding. The text is untrusted: exact length,
/// alphabet, unused bits, checksum and prefix are all checked. No cryptography.
/// </summary>
internal static class NKeyCodec
{
    public const int KeySize = 32;
    public const int SeedTextLength = 58;
    public const int PublicTextLength = 56;

    private const int SeedPrefix = 18 << 3;
    private const int ChecksumSize = 2;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>Decodes a seed into <paramref name="key"/> (32 bytes, the caller wipes them).</summary>
    public static bool TryDecodeSeed(ReadOnlySpan<byte> text, Span<byte> key, out NKeyKind kind, [NotNullWhen(false)] out string? reason)
    {
        kind = default;
        Span<byte> raw = stackalloc byte[2 + KeySize + ChecksumSize];
        try
        {
            reason = text.Length != SeedTextLength ? $"a seed has {SeedTextLength} characters" : Decode(text, raw);
            if (reason is not null)
            {
                return false;
            }

            if ((raw[0] & 0xF8) != SeedPrefix)
            {
                reason = "a seed starts with S";
                return false;
            }

            // The kind spans two bytes, so that the text starts with two readable letters.
            kind = (NKeyKind)(((raw[0] & 0x07) << 5) | ((raw[1] & 0xF8) >> 3));
            reason = (raw[1] & 0x07) == 0 && Enum.IsDefined(kind) ? null : "the prefix does not identify a known key type";
            raw.Slice(2, KeySize).CopyTo(key);
            return reason is null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(raw);
        }
    }

    public static bool TryDecodePublic(ReadOnlySpan<byte> text, Span<byte> key, out NKeyKind kind, [NotNullWhen(false)] out string? reason)
    {
        kind = default;
        Span<byte> raw = stackalloc byte[1 + KeySize + ChecksumSize];
        reason = text.Length != PublicTextLength ? $"a public key has {PublicTextLength} characters" : Decode(text, raw);
        if (reason is not null)
        {
            return false;
        }

        kind = (NKeyKind)raw[0];
        reason = Enum.IsDefined(kind) ? null : "the prefix does not identify a known key type";
        raw.Slice(1, KeySize).CopyTo(key);
        return reason is null;
    }

    public static string EncodePublic(NKeyKind kind, ReadOnlySpan<byte> key)
    {
        Span<byte> raw = stackalloc byte[1 + KeySize + ChecksumSize];
        raw[0] = (byte)kind;
        key.CopyTo(raw[1..]);
        return Encode(raw);
    }

    public static string EncodeSeed(NKeyKind kind, ReadOnlySpan<byte> key)
    {
        Span<byte> raw = stackalloc byte[2 + KeySize + ChecksumSize];
        raw[0] = (byte)(SeedPrefix | ((int)kind >> 5));
        raw[1] = (byte)(((int)kind & 0x1F) << 3);
        key.CopyTo(raw[2..]);
        return Encode(raw);
    }

    private static string Encode(Span<byte> raw)
    {
        ushort checksum = Crc16(raw[..^ChecksumSize]);
        raw[^2] = (byte)checksum;
        raw[^1] = (byte)(checksum >> 8);
        Span<char> text = stackalloc char[((raw.Length * 8) + 4) / 5];
        int bits = 0, held = 0, at = 0;
        foreach (byte value in raw)
        {
            bits = (bits << 8) | value;
            for (held += 8; held >= 5; held -= 5)
            {
                text[at++] = Alphabet[(bits >> (held - 5)) & 31];
            }
        }

        if (held > 0)
        {
            text[at] = Alphabet[(bits << (5 - held)) & 31];
        }

        CryptographicOperations.ZeroMemory(raw);
        return new string(text);
    }

    /// <summary>Fills <paramref name="raw"/> and returns null, or returns what is wrong.</summary>
    private static string? Decode(ReadOnlySpan<byte> text, Span<byte> raw)
    {
        int bits = 0, held = 0, at = 0;
        foreach (byte letter in text)
        {
            int value = letter switch
            {
                >= (byte)'A' and <= (byte)'Z' => letter - 'A',
                >= (byte)'2' and <= (byte)'7' => letter - '2' + 26,
                _ => -1,
            };
            if (value < 0)
            {
                return "it contains a character that is not base 32 (upper case letters and 2 to 7)";
            }

            bits = (bits << 5) | value;
            held += 5;
            if (held >= 8)
            {
                held -= 8;
                raw[at++] = (byte)(bits >> held);
                bits &= (1 << held) - 1;
            }
        }

        if (bits != 0)
        {
            return "it has trailing bits";
        }

        ushort checksum = (ushort)(raw[^2] | (raw[^1] << 8));
        return Crc16(raw[..^ChecksumSize]) == checksum ? null : "its checksum is wrong: the text is damaged or truncated";
    }

    // CRC-16/XMODEM: polynomial 0x1021, nothing inverted.
    private static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= value << 8;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }

            crc &= 0xFFFF;
        }

        return (ushort)crc;
    }
}
