using System.Globalization;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>Writes durations as Go does, for example <c>1m30s</c>.</summary>
internal static class GoDuration
{
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
