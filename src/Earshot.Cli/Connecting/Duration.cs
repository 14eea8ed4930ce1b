using System.Buffers;
using System.Globalization;

namespace Earshot.Cli.Connecting;

/// <summary>Durations as the <c>nats</c> tool writes them: a number with <c>ms</c>, <c>s</c>, <c>m</c> or <c>h</c>, or several of them.</summary>
internal static class Duration
{
    private static readonly (string Unit, decimal Seconds)[] s_units = [("ms", 0.001m), ("us", 0.000_001m), ("s", 1), ("m", 60), ("h", 3600)];

    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789.");

    private static readonly decimal s_most = long.MaxValue / TimeSpan.TicksPerSecond / 2;

    internal static bool TryParse(string text, out TimeSpan duration)
    {
        decimal seconds = 0;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        bool isAny = !rest.IsEmpty;
        while (!rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept(s_digits);
            string? unit = null;
            foreach ((string name, decimal value) in s_units)
            {
                if (digits > 0 && unit is null && rest[digits..].StartsWith(name, StringComparison.Ordinal)
                    && decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number)
                    && number <= s_most)
                {
                    (unit, seconds) = (name, seconds + (number * value));
                }
            }

            if (unit is null || seconds > s_most)
            {
                duration = default;
                return false;
            }

            rest = rest[(digits + unit.Length)..];
        }

        duration = new TimeSpan((long)(seconds * TimeSpan.TicksPerSecond));
        return isAny;
    }
}
