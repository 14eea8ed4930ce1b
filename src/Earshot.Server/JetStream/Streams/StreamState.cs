using System.Globalization;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>
/// One stream: its configuration, its messages, and what it accepts. A state machine without I/O: the time is an input, messages leave by
/// the output. Not safe for concurrent use.
/// </summary>
internal sealed class StreamState
{
    private readonly IJetStreamOutput _output;
    private readonly List<IStreamReader> _readers = [];
    private readonly PriorityQueue<ulong, DateTimeOffset> _expiries = new();
    private readonly Deduplication _ids = new();
    private string? _lastId;

    public StreamState(StreamConfig config, DateTimeOffset created, IJetStreamOutput output)
    {
        (Config, Created, _output) = (config, created, output);
        Subjects = new SubjectFilter(config.Subjects ?? []);
        Messages = new MessageStore(config.IsFile);
        if (config.FirstSeq > 1)
        {
            Messages.StartAt(config.FirstSeq);
        }
    }

    public StreamConfig Config { get; private set; }

    public string Name => Config.Name;

    public DateTimeOffset Created { get; }

    public SubjectFilter Subjects { get; private set; }

    public MessageStore Messages { get; }

    public IReadOnlyList<IStreamReader> Readers => _readers;

    public StreamFaults Faults { get; } = new();

    /// <summary>When <see cref="Expire(DateTimeOffset)"/> must be called; null: never.</summary>
    public DateTimeOffset? NextExpiry
    {
        get
        {
            DateTimeOffset? next = _expiries.TryPeek(out _, out DateTimeOffset due) ? due : null;
            DateTimeOffset? byAge = Config.MaxAge > 0 ? Messages.First?.Time + GoTime.Duration(Config.MaxAge) : null;
            DateTimeOffset? held = Faults.Held.TryPeek(out (DateTimeOffset Due, byte[] ReplyTo, byte[] Ack) first) ? first.Due : null;
            DateTimeOffset?[] times = [next, byAge, held];
            return times.Min();
        }
    }

    public void Add(IStreamReader reader) => _readers.Add(reader);

    public void Remove(IStreamReader reader)
    {
        _readers.Remove(reader);
        RemoveUnneeded();
    }

    public void Update(StreamConfig config, DateTimeOffset now)
    {
        Config = config;
        Subjects = new SubjectFilter(config.Subjects ?? []);
        Expire(now);
        foreach (KeyValuePair<byte[], SubjectSequences> subject in Messages.Subjects.ToList())
        {
            LimitSubject(subject.Value);
        }

        LimitStream();
    }

    /// <summary>Stores a message, or not, and answers.</summary>
    public void Publish(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, DateTimeOffset now)
    {
        Expire(now);
        var asked = PublishHeaders.Read(headers);
        var rules = new PublishRules(Config, Messages, _lastId);
        ApiError? error = Faults.Refusal ?? rules.Check(asked, subject, headers.Length + payload.Length);
        if (error is null && asked.Id is { } id && _ids.TryFind(id, now, out ulong first))
        {
            Answer(replyTo, PubAck.Duplicate(Name, first), now);
            return;
        }

        TimeSpan? ttl = null;
        error ??= rules.CheckTimeToLive(asked, ref headers, out ttl) ?? rules.CheckRoom(subject, headers.Length, payload.Length);
        if (error is not null)
        {
            Answer(replyTo, PubAck.Rejected(Name, error), now);
            return;
        }

        ulong sequence = Messages.LastSequence + 1;
        if (asked.Id is { } newId)
        {
            _ids.Add(newId, sequence, now + GoTime.Duration(Config.DuplicateWindow));
        }

        _lastId = asked.Id;
        var message = new StoredMessage(sequence, subject.ToArray(), headers.ToArray(), payload.ToArray(), now) { Expires = now + ttl };
        Append(message, asked.Rollup);
        Answer(replyTo, PubAck.Stored(Name, sequence), now);
        Pump();
    }

    /// <summary>Removes what has expired, and stores markers where the configuration asks for them.</summary>
    public void Expire(DateTimeOffset now)
    {
        while (Faults.Held.TryPeek(out (DateTimeOffset Due, byte[] ReplyTo, byte[] Ack) held) && held.Due <= now)
        {
            Faults.Held.Dequeue();
            _output.Send(held.ReplyTo, [], held.Ack);
        }

        if (Config.MaxAge > 0)
        {
            DateTimeOffset limit = now - GoTime.Duration(Config.MaxAge);
            foreach (StoredMessage old in Messages.Messages.TakeWhile(message => message.Time <= limit).Where(message => message.Expires is null).ToList())
            {
                Expire(old, now);
            }
        }

        while (_expiries.TryPeek(out ulong sequence, out DateTimeOffset due) && due <= now)
        {
            _expiries.Dequeue();
            if (Messages.Find(sequence) is { } message && message.Expires == due)
            {
                Expire(message, now);
            }
        }
    }

    public bool Delete(ulong sequence) => Take(sequence) is not null;

    /// <summary>Removes messages and returns their number.</summary>
    public ulong Purge(SubjectFilter filter, ulong below, ulong keep)
    {
        List<StoredMessage> found = [.. Messages.Messages.Where(message => filter.Matches(message.Subject) && (below == 0 || message.Sequence < below))];
        int count = found.Count - (int)Math.Min(keep, (ulong)found.Count);
        foreach (StoredMessage message in found.Take(count))
        {
            Take(message.Sequence);
        }

        if (filter.IsAll && count > 0)
        {
            _readers.ForEach(reader => reader.Purged(Messages.FirstSequence));
        }

        Pump();
        return (ulong)count;
    }

    /// <summary>A consumer does not need the message any more.</summary>
    public void Settled(ulong sequence)
    {
        if (Config.IsWorkQueue || (Config.IsInterest && Messages.Find(sequence) is { } message && !_readers.Any(reader => reader.Needs(message))))
        {
            Take(sequence);
        }
    }

    /// <summary>Loses the last messages, as a server does whose disk lost its last writes: their sequences are assigned again.</summary>
    public void DropTail(int count)
    {
        foreach (StoredMessage lost in Messages.DropTail(count))
        {
            _readers.ForEach(reader => reader.Removed(lost));
        }

        _ids.ForgetFrom(Messages.LastSequence + 1);
        _readers.ForEach(reader => reader.FellBack(Messages.LastSequence));
    }

    public void Pump()
    {
        foreach (IStreamReader reader in _readers.ToArray())
        {
            reader.Pump();
        }
    }

    private void Append(StoredMessage message, string? rollup)
    {
        Messages.Add(message);
        if (message.Expires is { } expires)
        {
            _expiries.Enqueue(message.Sequence, expires);
            _output.WakeAt(expires);
        }
        else if (Config.MaxAge > 0)
        {
            _output.WakeAt(message.Time + GoTime.Duration(Config.MaxAge));
        }

        if (rollup is not null)
        {
            while ((rollup == "all" ? Messages.FirstSequence : Messages.Of(message.Subject)!.First) is var old && old < message.Sequence)
            {
                Take(old);
            }
        }

        if (Messages.Of(message.Subject) is { } sequences)
        {
            LimitSubject(sequences);
        }

        LimitStream();
        foreach (IStreamReader reader in _readers)
        {
            reader.Stored(message);
        }

        if (Config.IsInterest && !_readers.Exists(reader => reader.Needs(message)))
        {
            Take(message.Sequence);
        }
    }

    private void LimitSubject(SubjectSequences sequences)
    {
        while (Config.MaxMsgsPerSubject > 0 && sequences.Count > Config.MaxMsgsPerSubject)
        {
            Take(sequences.First);
        }
    }

    private void LimitStream()
    {
        while (Messages.Count > 1 && ((Config.MaxMsgs > 0 && Messages.Count > Config.MaxMsgs) || (Config.MaxBytes > 0 && Messages.Bytes > Config.MaxBytes)))
        {
            Take(Messages.FirstSequence);
        }
    }

    private void RemoveUnneeded()
    {
        if (Config.IsInterest)
        {
            foreach (StoredMessage message in Messages.Messages.Where(message => !_readers.Exists(reader => reader.Needs(message))).ToList())
            {
                Take(message.Sequence);
            }
        }
    }

    private void Expire(StoredMessage message, DateTimeOffset now)
    {
        Take(message.Sequence);
        if (Config.SubjectDeleteMarkerTtl <= 0 || Messages.Of(message.Subject) is not null || HeaderBlock.TryFind(message.Headers, "Nats-Marker-Reason"u8, out _))
        {
            return;
        }

        TimeSpan life = GoTime.Duration(Config.SubjectDeleteMarkerTtl);
        byte[] headers = HeaderBlock.Add([], "Nats-Marker-Reason"u8, "MaxAge"u8);
        headers = HeaderBlock.Add(headers, "Nats-TTL"u8, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(long)life.TotalSeconds}s")));
        headers = HeaderBlock.Add(headers, "Nats-Rollup"u8, "sub"u8);
        Append(new StoredMessage(Messages.LastSequence + 1, message.Subject, headers, [], now) { Expires = now + life }, "sub");
        Pump();
    }

    private StoredMessage? Take(ulong sequence)
    {
        StoredMessage? removed = Messages.Remove(sequence);
        if (removed is not null)
        {
            foreach (IStreamReader reader in _readers)
            {
                reader.Removed(removed);
            }
        }

        return removed;
    }

    private void Answer(ReadOnlySpan<byte> replyTo, byte[] ack, DateTimeOffset now)
    {
        if (replyTo.IsEmpty || Config.NoAck)
        {
            return;
        }

        if (Faults.LostAcks > 0)
        {
            Faults.LostAcks--;
        }
        else if (Faults.AckDelay > TimeSpan.Zero)
        {
            Faults.Held.Enqueue((now + Faults.AckDelay, replyTo.ToArray(), ack));
            _output.WakeAt(now + Faults.AckDelay);
        }
        else
        {
            _output.Send(replyTo, [], ack);
        }
    }
}
