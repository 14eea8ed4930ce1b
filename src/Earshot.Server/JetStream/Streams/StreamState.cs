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

    /// <summary>Acks that are not sent; the messages are stored. Set by a fault.</summary>
    public int LostAcks { get; set; }

    /// <summary>The error of each publish; null: none. Set by a fault.</summary>
    public ApiError? Refusal { get; set; }

    /// <summary>When <see cref="Expire(DateTimeOffset)"/> must be called; null: never.</summary>
    public DateTimeOffset? NextExpiry
    {
        get
        {
            DateTimeOffset? next = _expiries.TryPeek(out _, out DateTimeOffset due) ? due : null;
            DateTimeOffset? byAge = Config.MaxAge > 0 ? Messages.First?.Time + GoTime.Duration(Config.MaxAge) : null;
            return next is null || byAge < next ? byAge ?? next : next;
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
        PublishHeaders asked = PublishHeaders.Read(headers);
        ApiError? error = Refusal ?? Check(asked, subject, headers.Length + payload.Length);
        if (error is null && asked.Id is { } id && _ids.TryFind(id, now, out ulong first))
        {
            Answer(replyTo, PubAck.Duplicate(Name, first));
            return;
        }

        TimeSpan? ttl = null;
        error ??= CheckTimeToLive(asked, ref headers, out ttl) ?? CheckRoom(subject, headers.Length + payload.Length);
        if (error is not null)
        {
            Answer(replyTo, PubAck.Rejected(Name, error));
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
        Answer(replyTo, PubAck.Stored(Name, sequence));
        Pump();
    }

    /// <summary>Removes what has expired, and stores markers where the configuration asks for them.</summary>
    public void Expire(DateTimeOffset now)
    {
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
        Messages.DropTail(count);
        _ids.ForgetFrom(Messages.LastSequence + 1);
    }

    public void Pump()
    {
        foreach (IStreamReader reader in _readers.ToArray())
        {
            reader.Pump();
        }
    }

    private ApiError? Check(in PublishHeaders asked, ReadOnlySpan<byte> subject, int size)
    {
        if (Config.Sealed)
        {
            return ApiError.Sealed;
        }

        if (asked.NotInProcess is { } header)
        {
            return ApiError.NotInProcess($"messages with {header}");
        }

        if (Config.MaxMsgSize >= 0 && size > Config.MaxMsgSize && Config.MaxMsgSize != 0)
        {
            return ApiError.MessageTooLarge;
        }

        if (asked.ExpectedStream is { } stream && stream != Name)
        {
            return ApiError.StreamMismatch;
        }

        if (asked.ExpectedLast is { } last && last != Messages.LastSequence)
        {
            return ApiError.WrongLastSequence(Messages.LastSequence);
        }

        if (asked.ExpectedLastId is { } lastId && lastId != _lastId)
        {
            return ApiError.WrongLastId(_lastId);
        }

        return CheckSubject(asked, subject) ?? (asked.Rollup is not null ? CheckRollup(asked.Rollup) : null);
    }

    private ApiError? CheckSubject(in PublishHeaders asked, ReadOnlySpan<byte> subject)
    {
        if (asked.ExpectedLastOfSubject is not { } expected)
        {
            return asked.ExpectedSubject is null ? null : ApiError.SubjectWithoutSequence;
        }

        ulong last = asked.ExpectedSubject is { } pattern
            ? Messages.Last(new SubjectFilter([pattern]))?.Sequence ?? 0
            : Messages.Of(subject)?.Last ?? 0;
        return last == expected ? null : ApiError.WrongLastSequence(last);
    }

    private ApiError? CheckRollup(string rollup) =>
        !Config.AllowRollupHdrs || Config.DenyPurge ? ApiError.RollupFailed("rollup not permitted")
        : rollup is not ("sub" or "all") ? ApiError.RollupFailed($"rollup value invalid: \"{rollup}\"")
        : null;

    private ApiError? CheckTimeToLive(in PublishHeaders asked, ref ReadOnlySpan<byte> headers, out TimeSpan? time)
    {
        time = null;
        if (asked.TimeToLive is not { } text)
        {
            return null;
        }

        if (!Config.AllowMsgTtl)
        {
            return ApiError.TtlDisabled;
        }

        if (!TimeToLive.TryParse(text, out time))
        {
            return ApiError.InvalidTtl;
        }

        // A message must not expire before its marker would.
        TimeSpan marker = GoTime.Duration(Config.SubjectDeleteMarkerTtl);
        if (time < marker && Config.MaxMsgsPerSubject != 1)
        {
            time = marker;
            byte[] seconds = Encoding.ASCII.GetBytes(((long)marker.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            headers = HeaderBlock.Add(HeaderBlock.Remove(headers, "Nats-TTL"u8), "Nats-TTL"u8, seconds);
        }

        time = time == TimeSpan.Zero ? null : time;
        return null;
    }

    private ApiError? CheckRoom(ReadOnlySpan<byte> subject, int size)
    {
        if (!Config.DiscardsNew)
        {
            return null;
        }

        SubjectSequences? own = Messages.Of(subject);
        bool isSubjectFull = Config.MaxMsgsPerSubject > 0 && own?.Count >= Config.MaxMsgsPerSubject;
        if (Config.DiscardNewPerSubject && isSubjectFull)
        {
            return ApiError.StoreFailed("maximum messages per subject exceeded");
        }

        long bytes = new StoredMessage(0, subject.ToArray(), [], new byte[size], default).StoredSize(Config.IsFile);
        return isSubjectFull ? null
            : Config.MaxMsgs > 0 && Messages.Count >= Config.MaxMsgs ? ApiError.StoreFailed("maximum messages exceeded")
            : Config.MaxBytes > 0 && Messages.Bytes + bytes > Config.MaxBytes ? ApiError.StoreFailed("maximum bytes exceeded")
            : null;
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
            SubjectFilter replaced = rollup == "all" ? SubjectFilter.All : new SubjectFilter([Encoding.UTF8.GetString(message.Subject)]);
            foreach (StoredMessage old in Messages.Messages.Where(old => old.Sequence < message.Sequence && replaced.Matches(old.Subject)).ToList())
            {
                Take(old.Sequence);
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

    private void Answer(ReadOnlySpan<byte> replyTo, byte[] ack)
    {
        if (replyTo.IsEmpty || Config.NoAck)
        {
            return;
        }

        if (LostAcks > 0)
        {
            LostAcks--;
            return;
        }

        _output.Send(replyTo, [], ack);
    }
}
