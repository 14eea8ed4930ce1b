using Earshot.Protocol;

namespace Earshot.Connections;

/// <summary>Durations of options as the parts of a connection take them: always finite.</summary>
[ForExtensions]
internal static class OptionTimes
{
    /// <summary>The longest time that a timer of the system takes, 24 days: what "infinite" becomes.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>A wait of zero between attempts would be a loop without a pause.</summary>
    private static readonly TimeSpan s_shortestWait = TimeSpan.FromMilliseconds(1);

    public static TimeSpan Of(TimeSpan value) => value == Timeout.InfiniteTimeSpan ? Longest : value;

    /// <summary>For times between things that happen again and again: zero means never, as infinite does.</summary>
    public static TimeSpan Interval(TimeSpan value) => value == TimeSpan.Zero ? Longest : Of(value);

    /// <summary>For waits between attempts.</summary>
    public static TimeSpan Wait(TimeSpan value) => value == TimeSpan.Zero ? s_shortestWait : Of(value);
}
