using System.Buffers.Text;
using NSec.Cryptography;

namespace Earshot.Server.Access;

/// <summary>Whether a nonce was signed by the owner of a user's public nkey. Holds no secret.</summary>
internal static class NKeySignature
{
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int PublicKeySize = 32;
    private const int TextLength = 56;
    private const byte UserPrefix = 20 << 3;

    /// <summary>The signature is base64 of either alphabet, with padding or without.</summary>
    public static bool IsGood(string publicKey, string? signature, string nonce)
    {
        if (signature is null || Decode(publicKey) is not { } key)
        {
            return false;
        }

        string text = signature.Replace('+', '-').Replace('/', '_');
        return Base64Url.IsValid(text)
            && SignatureAlgorithm.Ed25519.Verify(
                PublicKey.Import(SignatureAlgorithm.Ed25519, key, KeyBlobFormat.RawPublicKey),
                System.Text.Encoding.ASCII.GetBytes(nonce),
                Base64Url.DecodeFromChars(text));
    }

    /// <exception cref="ArgumentException">The text is no public key of a user.</exception>
    public static void Check(string publicKey)
    {
        if (Decode(publicKey) is null)
        {
            throw new ArgumentException($"'{publicKey}' is not a public user nkey (U followed by 55 base32 characters with a valid checksum).", nameof(publicKey));
        }
    }

    // Prefix, key, and a checksum over both, least significant byte first.
    private static byte[]? Decode(string text)
    {
        byte[] bytes = new byte[TextLength * 5 / 8];
        if (text.Length != TextLength)
        {
            return null;
        }

        for (int i = 0; i < text.Length; i++)
        {
            int value = Base32.IndexOf(text[i], StringComparison.Ordinal);
            if (value < 0)
            {
                return null;
            }

            for (int bit = 0; bit < 5; bit++)
            {
                int at = (i * 5) + bit;
                bytes[at / 8] |= (byte)(((value >> (4 - bit)) & 1) << (7 - (at % 8)));
            }
        }

        ushort sum = Crc16(bytes.AsSpan(0, PublicKeySize + 1));
        return bytes[0] == UserPrefix && bytes[^2] == (byte)sum && bytes[^1] == sum >> 8 ? bytes[1..(PublicKeySize + 1)] : null;
    }

    // CRC-16/XMODEM, as nkeys use it.
    private static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
        {
            crc ^= value << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
        }

        return (ushort)crc;
    }
}
