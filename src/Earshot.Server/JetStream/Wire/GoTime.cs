using System.Globalization;

namespace Earshot.Server.JetStream;

/// <summary>Times as the server writes them: RFC 3339, the fraction without zeros at its end.</summary>
internal static class GoTime
{
    public const string None = "0001-01-01T00:00:00Z";

    public static string Format(DateTimeOffset time) => time == default ? None : time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>A time in whole seconds, with the offset that it has.</summary>
    public static string FormatSeconds(DateTimeOffset time) =>
        time.Offset == TimeSpan.Zero ? time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        // More than seven digits of the fraction are not read by .NET.
        int dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0)
        {
            int end = dot + 1;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            text = end - dot > 8 ? string.Concat(text.AsSpan(0, dot + 8), text.AsSpan(end)) : text;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    /// <summary>The nanoseconds since the Unix epoch.</summary>
    public static long Nanoseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100;

    public static TimeSpan Duration(long nanoseconds) => TimeSpan.FromTicks(nanoseconds / 100);
}
