namespace Earshot.Server.JetStream;

/// <summary>A schedule of a stream.</summary>
/// <param name="message">The stored message.</param>
/// <param name="schedule">When it is published.</param>
/// <param name="due">The next time.</param>
internal sealed class ScheduleEntry(StoredMessage message, MessageSchedule schedule, DateTimeOffset due)
{
    public StoredMessage Message => message;

    public MessageSchedule Schedule => schedule;

    public DateTimeOffset Due => due;

    /// <summary>The time after <see cref="Due"/>; null: it is the last one.</summary>
    public DateTimeOffset? Next { get; set; }
}
