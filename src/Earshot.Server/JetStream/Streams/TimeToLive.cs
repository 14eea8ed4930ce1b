using System.Globalization;

namespace Earshot.Server.JetStream;

/// <summary>The value of Nats-TTL: seconds, a duration as Go writes it, or <c>never</c>.</summary>
internal static class TimeToLive
{
    /// <summary>The time of <c>never</c>.</summary>
    public static readonly TimeSpan Never = TimeSpan.MaxValue;

    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    /// <summary>Returns false when the text is no time to live.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        if (text.Equals("never", StringComparison.OrdinalIgnoreCase))
        {
            time = Never;
            return true;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
        {
            time = seconds < GoDuration.Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : GoDuration.Longest;
            return time >= s_least;
        }

        return GoDuration.TryParse(text, out time) && time >= s_least;
    }
}
