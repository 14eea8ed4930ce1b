using System.Security.Cryptography;
using System.Text;
using Earshot.Protocol;

namespace Earshot.Subscriptions;

/// <summary>Numbers as the short subject tokens of request inboxes.</summary>
[ForExtensions]
internal static class Base62
{
    private static ReadOnlySpan<byte> Digits => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8;

    /// <summary>A random text that cannot be guessed and is unique to the connection.</summary>
    public static string Random(int length) => RandomNumberGenerator.GetString(Encoding.ASCII.GetString(Digits), length);

    /// <summary>Writes the digits, least significant first, and returns how many.</summary>
    public static int Write(ulong value, Span<byte> destination)
    {
        int length = 0;
        do
        {
            destination[length++] = Digits[(int)(value % 62)];
            value /= 62;
        }
        while (value > 0);
        return length;
    }

    public static bool TryRead(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.Length is 0 or > 11)
        {
            return false;
        }

        for (int i = text.Length - 1; i >= 0; i--)
        {
            int digit = text[i] switch
            {
                >= (byte)'0' and <= (byte)'9' => text[i] - '0',
                >= (byte)'A' and <= (byte)'Z' => text[i] - 'A' + 10,
                >= (byte)'a' and <= (byte)'z' => text[i] - 'a' + 36,
                _ => -1,
            };
            if (digit < 0)
            {
                return false;
            }

            value = unchecked((value * 62) + (uint)digit);
        }

        return true;
    }
}
