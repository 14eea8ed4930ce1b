namespace Earshot.Server.JetStream;

/// <summary>When a message is published (ADR-51): once, with an interval, or as a cron expression says.</summary>
internal sealed class MessageSchedule
{
    private static readonly TimeSpan s_leastInterval = TimeSpan.FromSeconds(1);
    private readonly DateTimeOffset? _time;
    private readonly TimeSpan _interval;
    private readonly CronExpression? _cron;

    private MessageSchedule(DateTimeOffset? time, TimeSpan interval, CronExpression? cron) => (_time, _interval, _cron) = (time, interval, cron);

    public bool IsOnce => _time is not null;

    /// <summary>Finds a time zone by its name in the IANA database; null: there is none.</summary>
    public static TimeZoneInfo? FindZone(string name) =>
        name == "Local" ? TimeZoneInfo.Local : name.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) && zone.HasIanaId ? zone : null;

    /// <summary>Reads the pattern of a schedule; null: it is not valid.</summary>
    /// <param name="pattern">The value of the header.</param>
    /// <param name="zone">The time zone of a cron expression; null: UTC. Other patterns have none.</param>
    public static MessageSchedule? Parse(string pattern, TimeZoneInfo? zone)
    {
        if (pattern.StartsWith("@at ", StringComparison.Ordinal))
        {
            return zone is null && IsRfc3339(pattern[4..]) && GoTime.TryParse(pattern[4..], out DateTimeOffset time) ? new MessageSchedule(time, default, null) : null;
        }

        if (pattern.StartsWith("@every ", StringComparison.Ordinal))
        {
            return zone is null && GoDuration.TryParse(pattern.AsSpan(7), out TimeSpan interval) && interval >= s_leastInterval ? new MessageSchedule(null, interval, null) : null;
        }

        string fields = pattern switch
        {
            "@yearly" or "@annually" => "0 0 0 1 1 *",
            "@monthly" => "0 0 0 1 * *",
            "@weekly" => "0 0 0 * * 0",
            "@daily" or "@midnight" => "0 0 0 * * *",
            "@hourly" => "0 0 * * * *",
            _ => pattern,
        };
        return CronExpression.Parse(fields, zone ?? TimeZoneInfo.Utc) is { } cron ? new MessageSchedule(null, default, cron) : null;
    }

    /// <summary>When the message is published next; null: never. Times that have passed are skipped, except the one of <c>@at</c>.</summary>
    /// <param name="last">When it was published last, or the schedule was stored.</param>
    /// <param name="now">The time.</param>
    public DateTimeOffset? Next(DateTimeOffset last, DateTimeOffset now)
    {
        if (_time is not null)
        {
            return _time;
        }

        DateTimeOffset? next = After(last);
        return next < now ? After(now) : next;
    }

    private DateTimeOffset? After(DateTimeOffset time)
    {
        DateTimeOffset second = new((time.UtcTicks + (TimeSpan.TicksPerSecond / 2)) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
        return _cron is null ? second + _interval : _cron.Next(second);
    }

    // With a "T", seconds, and "Z" or an offset.
    private static bool IsRfc3339(string text) =>
        text.Length >= 20 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':'
        && (text[^1] == 'Z' || (text[^6] is '+' or '-' && text[^3] == ':'));
}
