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
    private ulong _firstWithAge; // what precedes it never expires

    public StreamState(StreamConfig config, DateTimeOffset created, IJetStreamOutput output)
    {
        (Config, Created, _output) = (config, created, output);
        Subjects = new SubjectFilter(config.Subjects ?? []);
        Messages = new MessageStore(config.IsFile);
        SettlesAtDelivery = config.Retention != "limits";
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

    /// <summary>
    /// Whether a message is settled when a consumer without acks has delivered it. As with a real server, an update of the retention does not
    /// change it.
    /// </summary>
    public bool SettlesAtDelivery { get; }

    /// <summary>What else is notified of the messages; null: nothing.</summary>
    public IStreamObserver? Observer { get; set; }

    /// <summary>When <see cref="Expire(DateTimeOffset)"/> must be called; null: never.</summary>
    public DateTimeOffset? NextExpiry
    {
        get
        {
            DateTimeOffset? next = _expiries.TryPeek(out _, out DateTimeOffset due) ? due : null;
            DateTimeOffset? byAge = Config.MaxAge > 0 ? FirstWithAge()?.Time + GoTime.Duration(Config.MaxAge) : null;
            DateTimeOffset? held = Faults.Held.TryPeek(out (DateTimeOffset Due, byte[] ReplyTo, byte[] Ack) first) ? first.Due : null;
            DateTimeOffset?[] times = [next, byAge, held];
            return times.Min();
        }
    }

    public void Add(IStreamReader reader) => _readers.Add(reader);

    /// <summary>Removes a consumer, and what only it needed.</summary>
    /// <param name="reader">The consumer.</param>
    /// <param name="floor">The sequence up to which it has settled all messages.</param>
    public void Remove(IStreamReader reader, ulong floor)
    {
        _readers.Remove(reader);
        RemoveUnneeded(_readers.Count == 0 ? 0 : floor);
    }

    /// <summary>A consumer selects other messages now, or is removed: what no consumer needs is removed, from this sequence on.</summary>
    public void RemoveUnneeded(ulong from)
    {
        if (Config.IsInterest)
        {
            Take(Messages.Messages.Where(message => message.Sequence >= from && !IsNeeded(message)));
        }
    }

    public void Update(StreamConfig config, DateTimeOffset now)
    {
        bool startsInterest = config.IsInterest && !Config.IsInterest;
        Config = config;
        Subjects = new SubjectFilter(config.Subjects ?? []);
        Expire(now);
        if (startsInterest)
        {
            // What no consumer selects stays, unless there is none at all.
            Take(Messages.Messages.Where(message => (_readers.Count == 0 || _readers.Exists(reader => reader.Selects(message.Subject))) && !IsNeeded(message)));
        }

        foreach (KeyValuePair<byte[], SubjectSequences> subject in Messages.Subjects.ToList())
        {
            LimitSubject(subject.Value);
        }

        LimitStream();
        _output.WakeAt(NextExpiry);
    }

    /// <summary>Whether a message that no consumer selects takes a sequence and is not stored.</summary>
    public bool Skips(ReadOnlySpan<byte> subject)
    {
        if (!Config.IsInterest)
        {
            return false;
        }

        foreach (IStreamReader reader in _readers)
        {
            if (reader.Selects(subject))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Stores a message that was accepted. Consumers receive it at the next <see cref="Pump"/>.</summary>
    /// <param name="subject">Its subject.</param>
    /// <param name="headers">Its block of headers.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="life">Its time to live; null: none of its own.</param>
    /// <param name="rollup">What it replaces.</param>
    /// <param name="now">The time.</param>
    /// <returns>Its sequence.</returns>
    public ulong Store(ReadOnlySpan<byte> subject, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> payload, TimeSpan? life, RollupKind rollup, DateTimeOffset now)
    {
        bool isKept = life == TimeToLive.Never;
        DateTimeOffset? expires = isKept ? null : now + life;
        SubjectSequences sequences = Messages.Open(subject);
        var message = new StoredMessage(
            Messages.LastSequence + 1, sequences.Subject, headers.IsEmpty ? [] : headers.ToArray(), payload.IsEmpty ? [] : payload.ToArray(), now)
        {
            Expires = expires,
            IsKept = isKept,
        };
        Append(message, sequences, rollup);
        return message.Sequence;
    }

    /// <summary>Answers a publish, unless a fault loses or delays the answer.</summary>
    public void Answer(ReadOnlySpan<byte> replyTo, ReadOnlySpan<byte> ack, DateTimeOffset now)
    {
        if (replyTo.IsEmpty)
        {
            return;
        }

        if (Faults.LostAcks > 0)
        {
            Faults.LostAcks--;
        }
        else if (Faults.AckDelay > TimeSpan.Zero)
        {
            Faults.Held.Enqueue((now + Faults.AckDelay, replyTo.ToArray(), ack.ToArray()));
            _output.WakeAt(now + Faults.AckDelay);
        }
        else
        {
            _output.Send(replyTo, [], ack);
        }
    }

    /// <summary>Removes what has expired, and stores markers where the configuration asks for them.</summary>
    public void Expire(DateTimeOffset now)
    {
        while (Faults.Held.TryPeek(out (DateTimeOffset Due, byte[] ReplyTo, byte[] Ack) held) && held.Due <= now)
        {
            Faults.Held.Dequeue();
            _output.Send(held.ReplyTo, [], held.Ack);
        }

        DateTimeOffset limit = now - GoTime.Duration(Config.MaxAge);
        while (Config.MaxAge > 0 && FirstWithAge() is { } old && old.Time <= limit)
        {
            Expire(old, now);
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

    /// <summary>Removes all messages of one subject.</summary>
    public void RemoveSubject(ReadOnlySpan<byte> subject)
    {
        while (Messages.Of(subject) is { } sequences)
        {
            Take(sequences.First);
        }
    }

    /// <summary>Removes messages and returns their number.</summary>
    public ulong Purge(SubjectFilter filter, ulong below, ulong keep)
    {
        List<StoredMessage> found = [.. Messages.Messages.Where(message => filter.Matches(message.Subject) && (below == 0 || message.Sequence < below))];
        int count = found.Count - (int)Math.Min(keep, (ulong)found.Count);
        foreach (StoredMessage message in found.Take(count))
        {
            Take(message.Sequence);
        }

        if (filter.IsAll && keep == 0 && below == 0)
        {
            Messages.MarkPurged();
        }

        if (filter.IsAll && keep == 0 && below > Messages.LastSequence + 1)
        {
            Messages.StartAt(below);
        }

        NotifyPurged(filter);

        Pump();
        return (ulong)count;
    }

    /// <summary>A consumer does not need the message any more.</summary>
    public void Settled(ulong sequence)
    {
        if (Config.IsWorkQueue || (Config.IsInterest && Messages.Find(sequence) is { } message && !IsNeeded(message)))
        {
            Take(sequence);
        }
    }

    /// <summary>Loses the last messages, as a server does whose disk lost its last writes: their sequences are assigned again.</summary>
    public void DropTail(int count)
    {
        foreach (StoredMessage lost in Messages.DropTail(count))
        {
            Observer?.Removed(lost);
            _readers.ForEach(reader => reader.Removed(lost));
        }

        _firstWithAge = Math.Min(_firstWithAge, Messages.LastSequence + 1);

        _readers.ForEach(reader => reader.FellBack(Messages.LastSequence));
    }

    public void Pump()
    {
        for (int i = 0; i < _readers.Count; i++)
        {
            _readers[i].Pump();
        }
    }

    private void Append(StoredMessage message, SubjectSequences sequences, RollupKind rollup)
    {
        Messages.Add(message, sequences);
        if (message.Expires is { } expires)
        {
            _expiries.Enqueue(message.Sequence, expires);
            _output.WakeAt(expires);
        }

        if (Config.MaxAge > 0 && !message.IsKept)
        {
            _output.WakeAt(message.Time + GoTime.Duration(Config.MaxAge));
        }

        LimitSubject(sequences);
        LimitStream();
        if (rollup != RollupKind.None)
        {
            RollUp(message, rollup == RollupKind.All ? SubjectFilter.All : new SubjectFilter([Encoding.UTF8.GetString(message.Subject)]));
        }

        if (Messages.Find(message.Sequence) is not null)
        {
            Observer?.Stored(message);
            foreach (IStreamReader reader in _readers)
            {
                reader.Stored(message);
            }
        }
    }

    private void RollUp(StoredMessage message, SubjectFilter filter)
    {
        while (Messages.Next(filter, 0) is { } old && old.Sequence < message.Sequence)
        {
            Take(old.Sequence);
        }

        NotifyPurged(filter);
    }

    private void NotifyPurged(SubjectFilter filter)
    {
        ulong selected = Messages.Next(filter, 0)?.Sequence ?? 0;
        _readers.ForEach(reader => reader.Purged(filter, Messages.FirstSequence, selected));
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
        while (!Config.DiscardsNew && Messages.Count > 0 && ((Config.MaxMsgs > 0 && Messages.Count > Config.MaxMsgs) || (Config.MaxBytes > 0 && Messages.Bytes > Config.MaxBytes)))
        {
            Take(Messages.FirstSequence);
        }
    }

    private bool IsNeeded(StoredMessage message) => _readers.Exists(reader => reader.Needs(message));

    private void Take(IEnumerable<StoredMessage> messages)
    {
        foreach (StoredMessage message in messages.ToList())
        {
            Take(message.Sequence);
        }
    }

    // The oldest message that ends by the age of the stream. The others are passed over once.
    private StoredMessage? FirstWithAge()
    {
        StoredMessage? first = Messages.Next(SubjectFilter.All, _firstWithAge);
        while (first is { IsKept: true })
        {
            first = Messages.Next(SubjectFilter.All, first.Sequence + 1);
        }

        _firstWithAge = first?.Sequence ?? Messages.LastSequence + 1;
        return first;
    }

    private void Expire(StoredMessage message, DateTimeOffset now)
    {
        Take(message.Sequence);
        if (Config.SubjectDeleteMarkerTtl <= 0 || Messages.Of(message.Subject) is not null || HeaderBlock.TryFind(message.Headers, "Nats-Marker-Reason"u8, out _)
            || (HeaderBlock.TryFind(message.Headers, "KV-Operation"u8, out ReadOnlySpan<byte> operation) && operation.SequenceEqual("PURGE"u8)))
        {
            return;
        }

        TimeSpan life = GoTime.Duration(Config.SubjectDeleteMarkerTtl);
        byte[] headers = HeaderBlock.Add([], "Nats-Marker-Reason"u8, "MaxAge"u8);
        headers = HeaderBlock.Add(headers, "Nats-TTL"u8, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(long)life.TotalSeconds}s")));
        headers = HeaderBlock.Add(headers, "Nats-Rollup"u8, "sub"u8);
        SubjectSequences sequences = Messages.Open(message.Subject);
        Append(new StoredMessage(Messages.LastSequence + 1, sequences.Subject, headers, [], now) { Expires = now + life }, sequences, RollupKind.Subject);
        Pump();
    }

    private StoredMessage? Take(ulong sequence)
    {
        StoredMessage? removed = Messages.Remove(sequence);
        if (removed is not null)
        {
            Observer?.Removed(removed);
            foreach (IStreamReader reader in _readers)
            {
                reader.Removed(removed);
            }
        }

        return removed;
    }
}
