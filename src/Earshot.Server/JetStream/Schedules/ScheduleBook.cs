using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>The schedules of one stream: at most one per subject, which is its last message.</summary>
internal sealed class ScheduleBook(IJetStreamOutput output) : IStreamObserver
{
    // A real server does not publish scheduled messages more often.
    private static readonly TimeSpan s_leastDelay = TimeSpan.FromMilliseconds(250);
    private readonly Dictionary<byte[], ScheduleEntry> _entries = new(SubjectBytesComparer.Instance);
    private readonly PriorityQueue<ScheduleEntry, DateTimeOffset> _queue = new();

    /// <summary>When <see cref="TakeDue"/> must be called; null: never.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            while (_queue.TryPeek(out ScheduleEntry? entry, out DateTimeOffset due))
            {
                if (IsPresent(entry))
                {
                    return due;
                }

                _queue.Dequeue();
            }

            return null;
        }
    }

    public void Stored(StoredMessage message)
    {
        if (message.IsSchedule)
        {
            Add(message, message.Time, message.Time);
        }
        else if (_entries.Count > 0)
        {
            _entries.Remove(message.Subject);
        }
    }

    public void Removed(StoredMessage message)
    {
        if (_entries.Count > 0 && _entries.TryGetValue(message.Subject, out ScheduleEntry? entry) && entry.Message == message)
        {
            _entries.Remove(message.Subject);
        }
    }

    /// <summary>Takes the schedules that are due, in the order in which they were stored; those that repeat stay.</summary>
    public List<ScheduleEntry> TakeDue(DateTimeOffset now)
    {
        List<ScheduleEntry> due = [];
        while (NextDue <= now)
        {
            due.Add(_queue.Dequeue());
        }

        due.Sort((one, other) => one.Message.Sequence.CompareTo(other.Message.Sequence));
        foreach (ScheduleEntry entry in due)
        {
            _entries.Remove(entry.Message.Subject);
            if (!entry.Schedule.IsOnce)
            {
                entry.Next = Add(entry.Message, entry.Due, now);
            }
        }

        return due;
    }

    private bool IsPresent(ScheduleEntry entry) => _entries.TryGetValue(entry.Message.Subject, out ScheduleEntry? present) && present == entry;

    private DateTimeOffset? Add(StoredMessage message, DateTimeOffset last, DateTimeOffset now)
    {
        string? zone = ScheduleHeaders.Text(message.Headers, ScheduleHeaders.ZoneName);
        var schedule = MessageSchedule.Parse(ScheduleHeaders.Text(message.Headers, ScheduleHeaders.Name)!, zone is null ? null : MessageSchedule.FindZone(zone));
        if (schedule?.Next(last, now) is not { } next)
        {
            _entries.Remove(message.Subject);
            return null;
        }

        DateTimeOffset due = next < now + s_leastDelay ? now + s_leastDelay : next;
        var entry = new ScheduleEntry(message, schedule, due);
        _entries[message.Subject] = entry;
        _queue.Enqueue(entry, due);
        output.WakeAt(due);
        return next;
    }
}
