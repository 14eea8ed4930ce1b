using System.Buffers;
using System.Globalization;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>Writes durations as Go does, for example <c>1m30s</c>.</summary>
internal static class GoDuration
{
    /// <summary>The longest duration of Go, some 292 years.</summary>
    public static readonly TimeSpan Longest = GoTime.Duration(long.MaxValue);

    private static readonly SearchValues<char> s_number = SearchValues.Create("0123456789.");

    /// <summary>Reads a duration that is not negative, for example <c>1h30m</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        bool isValid = !text.IsEmpty;
        while (isValid && !text.IsEmpty)
        {
            int digits = text.IndexOfAnyExcept(s_number);
            if (digits <= 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            {
                return false;
            }

            text = text[digits..];
            int letters = text.IndexOfAny(s_number);
            ReadOnlySpan<char> unit = letters < 0 ? text : text[..letters];
            double ticks = number * unit switch
            {
                "ns" => 0.01,
                "us" or "µs" => TimeSpan.TicksPerMicrosecond,
                "ms" => TimeSpan.TicksPerMillisecond,
                "s" => TimeSpan.TicksPerSecond,
                "m" => TimeSpan.TicksPerMinute,
                "h" => TimeSpan.TicksPerHour,
                _ => double.NaN,
            };
            isValid = duration.Ticks + ticks <= Longest.Ticks; // false for an unknown unit
            duration += isValid ? TimeSpan.FromTicks((long)ticks) : default;
            text = text[unit.Length..];
        }

        return isValid;
    }

    public static string Format(long nanoseconds)
    {
        if (nanoseconds < 1_000_000_000)
        {
            return nanoseconds switch
            {
                0 => "0s",
                < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds}ns"),
                < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.###}µs"),
                _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.######}ms"),
            };
        }

        long seconds = nanoseconds / 1_000_000_000;
        var text = new StringBuilder();
        if (seconds >= 3600)
        {
            text.Append(CultureInfo.InvariantCulture, $"{seconds / 3600}h");
        }

        if (seconds >= 60)
        {
            text.Append(CultureInfo.InvariantCulture, $"{seconds / 60 % 60}m");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{(seconds % 60) + (nanoseconds % 1_000_000_000 / 1e9):0.#########}s").ToString();
    }
}
