using System.Globalization;

namespace Earshot.JetStream.Schedules;

/// <summary>The headers of scheduled messages (ADR-51).</summary>
internal static class ScheduleLines
{
    private const string Prefix = "Nats-Schedule";
    private static readonly TimeSpan s_leastTtl = TimeSpan.FromSeconds(1);

    /// <summary>Returns the headers of the call together with those of the schedule. The headers of the call are not modified.</summary>
    /// <exception cref="ArgumentException">The server would reject the schedule.</exception>
    public static NatsHeaders Headers(string subject, NatsMsgSchedule schedule, string target, NatsMsgScheduleOpts opts, NatsHeaders? headers)
    {
        CheckSubject(target, nameof(target));
        if (target == subject)
        {
            throw new ArgumentException($"The target '{target}' must be another subject than that of the schedule.", nameof(target));
        }

        var all = new NatsHeaders();
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues value) in headers ?? [])
        {
            if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            {
                throw new ArgumentException($"The header {name} is set from the schedule and its options.", nameof(headers));
            }

            all[name] = value;
        }

        all[Prefix] = schedule.Expression;
        all[$"{Prefix}-Target"] = target;
        if (schedule.TimeZone is { } zone)
        {
            all[$"{Prefix}-Time-Zone"] = zone;
        }

        if (opts.Source is { } source)
        {
            CheckSubject(source, nameof(opts));
            all[$"{Prefix}-Source"] = source != target && source != subject ? source
                : throw new ArgumentException($"The source '{source}' must be another subject than the target and that of the schedule.", nameof(opts));
        }

        if (opts.Ttl is { } ttl)
        {
            all[$"{Prefix}-TTL"] = ttl == Timeout.InfiniteTimeSpan ? "never"
                : ttl >= s_leastTtl && ttl.Ticks % TimeSpan.TicksPerMillisecond == 0 ? Duration(ttl)
                : throw new ArgumentException($"The time to live, {ttl}, must be at least {s_leastTtl} and whole milliseconds.", nameof(opts));
        }

        if (opts.Rollup)
        {
            all[$"{Prefix}-Rollup"] = "sub";
        }

        return all;
    }

    /// <summary>Returns a duration in the format of the server.</summary>
    public static string Duration(TimeSpan duration) => duration.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / TimeSpan.TicksPerSecond}s")
        : string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / TimeSpan.TicksPerMillisecond}ms");

    private static void CheckSubject(string subject, string paramName)
    {
        ArgumentException.ThrowIfNullOrEmpty(subject, paramName);
        bool isWrong = subject.Split('.').Any(static token => token.Length == 0 || token is "*" or ">") || subject.Any(static c => char.IsWhiteSpace(c) || char.IsControl(c));
        if (isWrong)
        {
            throw new ArgumentException($"'{subject}' is not a subject without wildcards.", paramName);
        }
    }
}
