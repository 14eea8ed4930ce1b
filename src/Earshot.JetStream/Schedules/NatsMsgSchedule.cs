using System.Globalization;
using Earshot.JetStream.Schedules;

namespace Earshot.JetStream;

/// <summary>
/// When a server publishes a scheduled message (ADR-51): once (since server 2.12), or repeatedly (since server 2.14). An expression that
/// the server would reject is an <see cref="ArgumentException"/> here.
/// </summary>
public sealed record NatsMsgSchedule
{
    private static readonly TimeSpan s_leastInterval = TimeSpan.FromSeconds(1);
    private static readonly string[] s_predefined = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

    private NatsMsgSchedule(string expression, string? timeZone, bool isOnce) => (Expression, TimeZone, IsOnce) = (expression, timeZone, isOnce);

    /// <summary>At the start of each hour.</summary>
    public static NatsMsgSchedule Hourly => Cron("@hourly");

    /// <summary>At midnight of each day.</summary>
    public static NatsMsgSchedule Daily => Cron("@daily");

    /// <summary>At midnight at the start of each Sunday.</summary>
    public static NatsMsgSchedule Weekly => Cron("@weekly");

    /// <summary>At midnight of the first day of each month.</summary>
    public static NatsMsgSchedule Monthly => Cron("@monthly");

    /// <summary>At midnight of January 1.</summary>
    public static NatsMsgSchedule Yearly => Cron("@yearly");

    /// <summary>The expression in the format of the header <c>Nats-Schedule</c>.</summary>
    public string Expression { get; }

    /// <summary>The IANA name of the time zone of a cron expression; null for UTC and for other schedules.</summary>
    public string? TimeZone { get; }

    /// <summary>Whether the message is published once; otherwise repeatedly, until the schedule is cancelled.</summary>
    public bool IsOnce { get; }

    /// <summary>Once, at a time. A time in the past is now.</summary>
    /// <param name="time">The time, with a resolution of 100 ns.</param>
    /// <returns>The schedule.</returns>
    public static NatsMsgSchedule At(DateTimeOffset time) =>
        new($"@at {time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)}", null, isOnce: true);

    /// <summary>Repeatedly, with an interval.</summary>
    /// <param name="interval">The interval, at least 1 s, in whole milliseconds.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The interval is too short or has parts of a millisecond.</exception>
    public static NatsMsgSchedule Every(TimeSpan interval)
    {
        if (interval < s_leastInterval || interval.Ticks % TimeSpan.TicksPerMillisecond != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(interval), interval, $"The interval must be at least {s_leastInterval} and whole milliseconds.");
        }

        return new NatsMsgSchedule($"@every {ScheduleLines.Duration(interval)}", null, isOnce: false);
    }

    /// <summary>Repeatedly, as a cron expression says.</summary>
    /// <param name="expression">
    /// Six fields: second, minute, hour, day of the month, month and day of the week (0 to 6, Sunday is 0), with <c>*</c>, <c>?</c>, lists,
    /// ranges, steps and names; or one of <c>@yearly</c>, <c>@monthly</c>, <c>@weekly</c>, <c>@daily</c>, <c>@hourly</c>.
    /// </param>
    /// <param name="timeZone">The IANA name of the time zone, such as <c>Europe/Berlin</c>. Null: UTC.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="ArgumentException">The expression is not valid, or never matches.</exception>
    public static NatsMsgSchedule Cron(string expression, string? timeZone = null)
    {
        ArgumentNullException.ThrowIfNull(expression);
        if (!s_predefined.Contains(expression) && CronFields.FindFault(expression) is { } fault)
        {
            throw new ArgumentException($"The cron expression '{expression}' is not valid: {fault}.", nameof(expression));
        }

        if (timeZone is not null && (timeZone.Length == 0 || timeZone.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c))))
        {
            throw new ArgumentException($"'{timeZone}' is not the name of a time zone.", nameof(timeZone));
        }

        return new NatsMsgSchedule(expression, timeZone, isOnce: false);
    }

    /// <inheritdoc/>
    public override string ToString() => TimeZone is null ? Expression : $"{Expression} ({TimeZone})";
}
