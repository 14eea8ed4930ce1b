using System.Text;

namespace Earshot.JetStream.Consuming;

/// <summary>Reads the id of the pin that a consumer with the policy <c>pinned_client</c> puts into its messages (ADR-42).</summary>
internal static class PinHeader
{
    /// <summary>True: the message has an id, and it is not <paramref name="known"/>.</summary>
    public static bool TryReadNew(ReadOnlySpan<byte> headers, string? known, out string pin)
    {
        pin = "";
        int at = headers.IndexOf("\r\nNats-Pin-Id:"u8);
        if (at < 0)
        {
            return false;
        }

        ReadOnlySpan<byte> value = headers[(at + "\r\nNats-Pin-Id:"u8.Length)..];
        int end = value.IndexOf("\r\n"u8);
        value = value[..(end < 0 ? value.Length : end)].Trim((byte)' ');
        if (value.IsEmpty || (known is not null && Ascii.Equals(value, known)))
        {
            return false;
        }

        pin = Encoding.UTF8.GetString(value);
        return true;
    }
}
