using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>The headers of schedules (ADR-51), and those of the messages that they publish.</summary>
internal static class ScheduleHeaders
{
    public static ReadOnlySpan<byte> Name => "Nats-Schedule"u8;

    public static ReadOnlySpan<byte> TargetName => "Nats-Schedule-Target"u8;

    public static ReadOnlySpan<byte> SourceName => "Nats-Schedule-Source"u8;

    public static ReadOnlySpan<byte> TtlName => "Nats-Schedule-TTL"u8;

    public static ReadOnlySpan<byte> ZoneName => "Nats-Schedule-Time-Zone"u8;

    public static ReadOnlySpan<byte> ScheduleRollupName => "Nats-Schedule-Rollup"u8;

    public static ReadOnlySpan<byte> RollupName => "Nats-Rollup"u8;

    /// <summary>A message replaces the earlier ones of its subject.</summary>
    public static ReadOnlySpan<byte> RollupSubject => "sub"u8;

    /// <summary>The schedule ends with this message.</summary>
    public static ReadOnlySpan<byte> Purge => "purge"u8;

    /// <summary>The value of a header; null: none, or an empty one.</summary>
    public static string? Text(ReadOnlySpan<byte> block, ReadOnlySpan<byte> name) =>
        HeaderBlock.TryFind(block, name, out ReadOnlySpan<byte> value) && !value.IsEmpty ? Encoding.UTF8.GetString(value) : null;

    /// <summary>Makes the headers of a message that a schedule publishes.</summary>
    /// <param name="content">The headers of the message whose content is published.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="next">When it publishes again; null: never.</param>
    public static byte[] OfMessage(ReadOnlySpan<byte> content, StoredMessage schedule, DateTimeOffset? next)
    {
        byte[] headers = HeaderBlock.RemoveWhere(content, IsOfSchedule);
        headers = HeaderBlock.Add(headers, "Nats-Scheduler"u8, schedule.Subject);
        headers = HeaderBlock.Add(headers, "Nats-Schedule-Next"u8, next is { } time ? Encoding.ASCII.GetBytes(GoTime.FormatSeconds(time)) : Purge);
        if (Text(schedule.Headers, TtlName) is { } life)
        {
            headers = HeaderBlock.Add(headers, "Nats-TTL"u8, Encoding.UTF8.GetBytes(life));
        }

        return Text(schedule.Headers, ScheduleRollupName) is { } rollup ? HeaderBlock.Add(headers, RollupName, Encoding.UTF8.GetBytes(rollup)) : headers;
    }

    private static bool IsOfSchedule(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(Name) || name.StartsWith("Nats-Schedule-"u8) || name.StartsWith("Nats-Expected-"u8)
        || name.SequenceEqual("Nats-Msg-Id"u8) || name.SequenceEqual("Nats-TTL"u8) || name.SequenceEqual(RollupName);
}
