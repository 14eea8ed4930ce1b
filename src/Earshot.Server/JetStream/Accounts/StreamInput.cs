namespace Earshot.Server.JetStream;

/// <summary>
/// Takes what is published to one stream: single messages, those of atomic and of fast batches, and those of its schedules. A state machine
/// without I/O: the time is an input. Not safe for concurrent use.
/// </summary>
internal sealed class StreamInput(StreamState stream, IJetStreamOutput output)
{
    private readonly StreamWriter _writer = new(stream);
    private AtomicBatches? _atomic;
    private FastBatches? _fast;
    private ScheduleBook? _schedules;

    /// <summary>When <see cref="Tick"/> must be called; null: never.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            DateTimeOffset?[] times = [_atomic?.NextDue, _fast?.NextDue, _schedules?.NextDue];
            return times.Min();
        }
    }

    /// <summary>Adapts to the configuration of the stream.</summary>
    public void Configure()
    {
        if (!stream.Config.AllowAtomic)
        {
            _atomic?.Clear();
        }

        if (!stream.Config.AllowBatched)
        {
            _fast?.Clear();
        }

        if (stream.Config.AllowMsgSchedules)
        {
            stream.Observer = _schedules ??= new ScheduleBook(output);
        }
    }

    /// <summary>What a stop of the server does: batches that are not complete are lost.</summary>
    public void Stop()
    {
        _atomic?.Clear();
        _fast?.Clear();
    }

    /// <summary>Takes a message, and answers.</summary>
    public void Publish(in IncomingMessage message, DateTimeOffset now)
    {
        stream.Expire(now);
        var asked = PublishHeaders.Read(message.Headers);
        if (message.ReplyTo.EndsWith(FastReply.Suffix))
        {
            (_fast ??= new FastBatches(_writer, output)).Add(message, asked, now);
        }
        else if (asked.HasValue(PublishHeader.BatchId))
        {
            (_atomic ??= new AtomicBatches(_writer, output)).Add(message, asked, now);
        }
        else
        {
            _writer.Publish(message, asked, now);
        }
    }

    /// <summary>Processes what is due.</summary>
    public void Tick(DateTimeOffset now)
    {
        _atomic?.Tick(now);
        _fast?.Tick(now);
        foreach (ScheduleEntry entry in _schedules?.TakeDue(now) ?? [])
        {
            Publish(entry, now);
        }
    }

    /// <summary>Loses the last messages of the stream.</summary>
    public void DropTail(int count)
    {
        stream.DropTail(count);
        _writer.Ids.ForgetFrom(stream.Messages.LastSequence + 1);
    }

    private void Publish(ScheduleEntry entry, DateTimeOffset now)
    {
        StoredMessage schedule = entry.Message;
        string target = ScheduleHeaders.Text(schedule.Headers, ScheduleHeaders.TargetName)!;
        StoredMessage content = ScheduleHeaders.Text(schedule.Headers, ScheduleHeaders.SourceName) is { } source
            ? stream.Messages.Last(new SubjectFilter([source])) ?? schedule
            : schedule;
        byte[] headers = ScheduleHeaders.OfMessage(content.Headers, schedule, entry.Next);
        var message = new IncomingMessage { Subject = System.Text.Encoding.UTF8.GetBytes(target), Headers = headers, Payload = content.Payload };
        if (_writer.Store(message, PublishHeaders.Read(headers), now, isScheduled: true).Error is null)
        {
            stream.Pump();
        }
    }
}
