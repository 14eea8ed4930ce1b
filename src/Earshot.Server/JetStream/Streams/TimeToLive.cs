using System.Globalization;

namespace Earshot.Server.JetStream;

/// <summary>The value of Nats-TTL: seconds, a duration as Go writes it, or <c>never</c>.</summary>
internal static class TimeToLive
{
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
            return time >= s_least;
        }

        bool isValid = GoDuration.TryParse(text, out TimeSpan duration) && duration >= s_least;
        time = isValid ? duration : null;
        return isValid;
    }
}
