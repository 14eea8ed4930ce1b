namespace Earshot.Server.JetStream;

/// <summary>Stores single messages in a stream, or rejects them, and answers. Not safe for concurrent use.</summary>
internal sealed class StreamWriter
{
    private readonly byte[] _ackPrefix;
    private byte[]? _lastId;

    public StreamWriter(StreamState stream) => (Stream, _ackPrefix) = (stream, PubAck.Prefix(stream.Name));

    public StreamState Stream { get; }

    /// <summary>The ids of the messages of the duplicate window.</summary>
    public Deduplication Ids { get; } = new();

    public PublishRules RulesAt(DateTimeOffset now) => new(Stream, _lastId, now);

    /// <summary>Checks a message and stores it. Consumers receive it at the next <see cref="StreamState.Pump"/>.</summary>
    /// <param name="message">The message.</param>
    /// <param name="asked">What its headers ask for.</param>
    /// <param name="now">The time.</param>
    /// <param name="isScheduled">Whether the stream itself publishes it, because a schedule is due.</param>
    public StoreOutcome Store(in IncomingMessage message, in PublishHeaders asked, DateTimeOffset now, bool isScheduled = false)
    {
        PublishRules rules = RulesAt(now);
        if ((Stream.Faults.Refusal ?? rules.Size(message.Size) ?? rules.BeforeDuplicate(asked, message, isScheduled)) is { } refused)
        {
            return new StoreOutcome(refused);
        }

        if (asked.HasValue(PublishHeader.MessageId) && Ids.TryFind(asked[PublishHeader.MessageId], now, out ulong first))
        {
            return new StoreOutcome(null, first, IsDuplicate: true);
        }

        var pending = new PendingMessage(message);
        ApiError? error = rules.AfterDuplicate(asked, ref pending) ?? (Stream.Skips(message.Subject) ? null : rules.BeforeStore(asked, ref pending));
        return error is null ? new StoreOutcome(null, Append(pending, asked, now), Value: pending.Value) : new StoreOutcome(error);
    }

    /// <summary>Stores a message that was checked, or skips its sequence if no consumer needs it, and remembers its id.</summary>
    public ulong Append(in PendingMessage message, in PublishHeaders asked, DateTimeOffset now)
    {
        ulong sequence = Stream.Skips(message.Subject) ? Stream.Messages.Skip(now)
            : Stream.Store(message.Subject, message.Headers, message.Payload, message.Life, message.Rollup, now);
        _lastId = asked.HasValue(PublishHeader.MessageId) ? asked[PublishHeader.MessageId].ToArray() : null;
        if (_lastId is not null)
        {
            Ids.Add(_lastId, sequence, now + GoTime.Duration(Stream.Config.DuplicateWindow));
        }

        if (asked.HasValue(PublishHeader.Scheduler) && asked[PublishHeader.ScheduleNext].SequenceEqual(ScheduleHeaders.Purge))
        {
            Stream.RemoveSubject(asked[PublishHeader.Scheduler]);
        }

        return sequence;
    }

    /// <summary>Stores a message that is part of no batch, and answers.</summary>
    public void Publish(in IncomingMessage message, in PublishHeaders asked, DateTimeOffset now)
    {
        StoreOutcome outcome = Store(message, asked, now);
        if (!Stream.Config.NoAck && !message.ReplyTo.IsEmpty)
        {
            Answer(message.ReplyTo, outcome, now);
        }

        if (outcome is { Error: null, IsDuplicate: false })
        {
            Stream.Pump();
        }
    }

    /// <summary>Rejects a message.</summary>
    public void Reject(ReadOnlySpan<byte> replyTo, ApiError error, DateTimeOffset now) => Stream.Answer(replyTo, PubAck.Rejected(Stream.Name, error), now);

    private void Answer(ReadOnlySpan<byte> replyTo, in StoreOutcome outcome, DateTimeOffset now)
    {
        if (outcome.Error is { } error)
        {
            Reject(replyTo, error, now);
        }
        else if (outcome.Value is { } value)
        {
            Stream.Answer(replyTo, PubAck.Counted(Stream.Name, outcome.Sequence, value), now);
        }
        else
        {
            Span<byte> buffer = stackalloc byte[_ackPrefix.Length + PubAck.MostBytesBehindPrefix];
            Stream.Answer(replyTo, buffer[..PubAck.Write(buffer, _ackPrefix, outcome)], now);
        }
    }
}
