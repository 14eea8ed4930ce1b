using System.Globalization;

namespace Earshot.Events;

/// <summary>The id of a connection: a number of 48 bits, shown as 12 hexadecimal digits. 0 means that there is none.</summary>
internal static class ConnectionId
{
    private const int Digits = 12;
    private const long Ids = 1L << 48;

    public static ulong New(Random random) => (ulong)random.NextInt64(1, Ids);

    public static string? Show(ulong id) => id == 0 ? null : id.ToString("x12", CultureInfo.InvariantCulture);

    /// <summary>Returns 0 for a text that is no id, as a file may have it.</summary>
    public static ulong Read(string? text) =>
        text is { Length: Digits } && ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong id) ? id : 0;
}
