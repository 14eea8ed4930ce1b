using System.Buffers;
using System.Globalization;

namespace Earshot.Server.JetStream;

/// <summary>The value of Nats-TTL: seconds, a duration as Go writes it, or <c>never</c>.</summary>
internal static class TimeToLive
{
    private static readonly SearchValues<char> s_number = SearchValues.Create("0123456789.");
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    /// <summary>Returns false when the text is no time to live; null for never.</summary>
    public static bool TryParse(string text, out TimeSpan? time)
    {
        time = null;
        if (text.Equals("never", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) && seconds < TimeSpan.MaxValue.TotalSeconds)
        {
            time = TimeSpan.FromSeconds(seconds);
            return time >= s_least || seconds == 0;
        }

        return TryParseDuration(text, out time) && time >= s_least;
    }

    private static bool TryParseDuration(ReadOnlySpan<char> text, out TimeSpan? time)
    {
        time = null;
        TimeSpan sum = default;
        while (!text.IsEmpty)
        {
            int digits = text.IndexOfAnyExcept(s_number);
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return false;
            }

            text = text[digits..];
            int letters = text.IndexOfAnyInRange('0', '9');
            ReadOnlySpan<char> unit = letters < 0 ? text : text[..letters];
            TimeSpan? part = unit switch
            {
                "ms" => TimeSpan.FromMilliseconds(number),
                "s" => TimeSpan.FromSeconds(number),
                "m" => TimeSpan.FromMinutes(number),
                "h" => TimeSpan.FromHours(number),
                _ => null,
            };
            if (part is null)
            {
                return false;
            }

            sum += part.Value;
            text = text[unit.Length..];
        }

        time = sum;
        return true;
    }
}
