using System.Globalization;
using System.Numerics;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>
/// What a stream accepts, one rule per method. The order in which a real server applies them is that of <see cref="BeforeDuplicate"/>,
/// <see cref="AfterDuplicate"/> and <see cref="BeforeStore"/> for single messages and for those of fast batches; atomic batches have another one.
/// </summary>
internal readonly ref struct PublishRules(StreamState stream, byte[]? lastId, DateTimeOffset now)
{
    private StreamConfig Config => stream.Config;

    private MessageStore Messages => stream.Messages;

    /// <summary>Checks everything that precedes the search for a duplicate.</summary>
    /// <param name="asked">What the headers ask for.</param>
    /// <param name="message">The message.</param>
    /// <param name="isScheduled">Whether the stream itself publishes the message, because a schedule is due.</param>
    public ApiError? BeforeDuplicate(in PublishHeaders asked, in IncomingMessage message, bool isScheduled)
    {
        ApiError? error = Increment(asked, message.Payload.Length) ?? ExpectedStream(asked) ?? LifetimeAllowed(asked)
            ?? ExpectedLastOfSubject(asked, message.Subject) ?? ExpectedLast(asked) ?? Schedule(asked, message);
        return error is not null || isScheduled ? error : Scheduler(asked, message.Subject) ?? StreamSource(asked);
    }

    /// <summary>Checks what follows, also for a message that no consumer needs.</summary>
    public ApiError? AfterDuplicate(in PublishHeaders asked, ref PendingMessage message) =>
        ExpectedLastId(asked) ?? Rollup(asked, ref message) ?? IncrementMissing(asked);

    /// <summary>Checks what is left for a message that is stored, and changes it as a real server does.</summary>
    public ApiError? BeforeStore(in PublishHeaders asked, ref PendingMessage message) =>
        Lifetime(asked, ref message) ?? Count(asked, ref message, null, out _) ?? Room(message, 0, 0, 0);

    /// <summary>Checks whether the stream takes messages of this size at all.</summary>
    public ApiError? Size(int size) =>
        Config.Sealed ? ApiError.Sealed : Config.MaxMsgSize > 0 && size > Config.MaxMsgSize ? ApiError.MessageTooLarge : null;

    public ApiError? Increment(in PublishHeaders asked, int payload) =>
        !asked.HasValue(PublishHeader.Increment) ? null
        : !CounterTotal.TryParse(asked[PublishHeader.Increment], out _) ? PublishError.InvalidIncrement
        : !Config.AllowMsgCounter ? PublishError.CountersDisabled
        : payload > 0 ? PublishError.IncrementWithPayload
        : asked.HasValue(PublishHeader.Rollup) || asked.HasValue(PublishHeader.ExpectedStream) || asked.HasValue(PublishHeader.ExpectedLast)
            || asked.HasValue(PublishHeader.ExpectedLastId) || asked.HasValue(PublishHeader.ExpectedLastOfSubject) || asked.HasValue(PublishHeader.ExpectedSubject)
            ? PublishError.InvalidIncrement
        : null;

    public ApiError? IncrementMissing(in PublishHeaders asked) => Config.AllowMsgCounter && !asked.HasValue(PublishHeader.Increment) ? PublishError.IncrementMissing : null;

    /// <summary>Only servers write where a message comes from.</summary>
    public static ApiError? StreamSource(in PublishHeaders asked) => asked.HasValue(PublishHeader.StreamSource) ? PublishError.StreamSource : null;

    public ApiError? ExpectedStream(in PublishHeaders asked) =>
        asked.HasValue(PublishHeader.ExpectedStream) && !Ascii.Equals(asked[PublishHeader.ExpectedStream], Config.Name) ? ApiError.StreamMismatch : null;

    public ApiError? ExpectedLast(in PublishHeaders asked) => !asked.HasValue(PublishHeader.ExpectedLast)
        || (asked.TryGetNumber(PublishHeader.ExpectedLast, out ulong expected) && expected == Messages.LastSequence) ? null : ApiError.WrongLastSequence(Messages.LastSequence);

    public ApiError? ExpectedLastId(in PublishHeaders asked) => asked.HasValue(PublishHeader.ExpectedLastId) && !asked[PublishHeader.ExpectedLastId].SequenceEqual(lastId)
        ? ApiError.WrongLastId(lastId is null ? "" : Encoding.UTF8.GetString(lastId)) : null;

    public ApiError? ExpectedLastOfSubject(in PublishHeaders asked, ReadOnlySpan<byte> subject)
    {
        if (!asked.HasValue(PublishHeader.ExpectedLastOfSubject))
        {
            return asked.HasValue(PublishHeader.ExpectedSubject) ? ApiError.SubjectWithoutSequence : null;
        }

        ulong last = asked.GetText(PublishHeader.ExpectedSubject) is { } pattern
            ? Messages.Last(new SubjectFilter([pattern]))?.Sequence ?? 0
            : Messages.Of(subject)?.Last ?? 0;
        return asked.TryGetNumber(PublishHeader.ExpectedLastOfSubject, out ulong expected) && expected == last ? null : ApiError.WrongLastSequence(last);
    }

    public ApiError? Schedule(in PublishHeaders asked, in IncomingMessage message)
    {
        bool hasZone = asked.Has(PublishHeader.ScheduleZone);
        if (!asked.HasValue(PublishHeader.Schedule) && !hasZone)
        {
            return null;
        }

        var rules = new ScheduleRules(stream, message.Headers, message.Subject);
        return rules.Check(asked.GetText(PublishHeader.Schedule), hasZone ? asked.GetText(PublishHeader.ScheduleZone) ?? "" : null, now);
    }

    /// <summary>A message that cancels a schedule names it, and comes to another subject.</summary>
    public ApiError? Scheduler(in PublishHeaders asked, ReadOnlySpan<byte> subject)
    {
        if (!asked.Has(PublishHeader.Scheduler) && !asked.Has(PublishHeader.ScheduleNext))
        {
            return null;
        }

        ReadOnlySpan<byte> scheduler = asked[PublishHeader.Scheduler];
        bool isValid = !scheduler.IsEmpty && asked[PublishHeader.ScheduleNext].SequenceEqual(ScheduleHeaders.Purge) && !scheduler.SequenceEqual(subject)
            && Messages.Last(new SubjectFilter([Encoding.UTF8.GetString(scheduler)])) is null or { IsSchedule: true };
        return !isValid ? PublishError.InvalidScheduler : !Config.AllowMsgSchedules ? PublishError.SchedulesDisabled : null;
    }

    /// <summary>Reads what the message replaces; one that is a schedule replaces those of its subject.</summary>
    public ApiError? Rollup(in PublishHeaders asked, ref PendingMessage message)
    {
        ReadOnlySpan<byte> word = asked[PublishHeader.Rollup];
        if (word.IsEmpty)
        {
            if (asked.HasValue(PublishHeader.Schedule))
            {
                message.Headers = HeaderBlock.Add(message.Headers, ScheduleHeaders.RollupName, ScheduleHeaders.RollupSubject);
                message.Rollup = RollupKind.Subject;
            }

            return null;
        }

        message.Rollup = Ascii.EqualsIgnoreCase(word, "sub"u8) ? RollupKind.Subject : Ascii.EqualsIgnoreCase(word, "all"u8) ? RollupKind.All : RollupKind.None;
        return !Config.AllowRollupHdrs || Config.DenyPurge ? ApiError.RollupFailed("rollup not permitted")
            : message.Rollup == RollupKind.None ? ApiError.RollupFailed($"rollup value invalid: \"{Encoding.UTF8.GetString(word).ToLowerInvariant()}\"")
            : null;
    }

    /// <summary>A time to live that is none is reported later, also where none is allowed.</summary>
    public ApiError? LifetimeAllowed(in PublishHeaders asked) =>
        asked.HasValue(PublishHeader.TimeToLive) && !Config.AllowMsgTtl && TimeToLive.TryParse(asked.GetText(PublishHeader.TimeToLive)!, out _) ? ApiError.TtlDisabled : null;

    /// <summary>Reads the time to live; one that is shorter than that of markers is raised, and the headers say so.</summary>
    public ApiError? Lifetime(in PublishHeaders asked, ref PendingMessage message)
    {
        if (!asked.HasValue(PublishHeader.TimeToLive))
        {
            return null;
        }

        if (!TimeToLive.TryParse(asked.GetText(PublishHeader.TimeToLive)!, out TimeSpan life))
        {
            return ApiError.InvalidTtl;
        }

        TimeSpan marker = GoTime.Duration(Config.SubjectDeleteMarkerTtl);
        if (life < marker && Config.MaxMsgsPerSubject != 1)
        {
            life = marker;
            byte[] seconds = Encoding.ASCII.GetBytes(((long)marker.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            message.Headers = HeaderBlock.Add(HeaderBlock.Remove(message.Headers, "Nats-TTL"u8), "Nats-TTL"u8, seconds);
        }

        message.Life = life;
        return null;
    }

    /// <summary>Adds the increment of a counter; the message then has the new total as its payload.</summary>
    /// <param name="asked">What the headers ask for.</param>
    /// <param name="message">The message.</param>
    /// <param name="present">The total before; null: that of the last stored message.</param>
    /// <param name="total">The total after.</param>
    public ApiError? Count(in PublishHeaders asked, ref PendingMessage message, CounterTotal? present, out CounterTotal? total)
    {
        total = null;
        if (!Config.AllowMsgCounter)
        {
            return null;
        }

        present ??= Messages.Of(message.Subject) is { } sequences ? CounterTotal.Read(Messages.Find(sequences.Last)!) : CounterTotal.Zero;
        if (present is null)
        {
            return PublishError.BrokenCounter;
        }

        total = CounterTotal.TryParse(asked[PublishHeader.Increment], out BigInteger increment) ? present with { Value = present.Value + increment } : present;
        if (total.Sources is { } sources)
        {
            message.Headers = HeaderBlock.Add(HeaderBlock.Remove(message.Headers, CounterTotal.SourcesName), CounterTotal.SourcesName, Encoding.UTF8.GetBytes(sources));
        }

        message.Payload = total.ToBody();
        message.Value = total.Text;
        return Size(message.Headers.Length + message.Payload.Length);
    }

    /// <summary>Checks the limits of a stream that rejects new messages.</summary>
    /// <param name="message">The message.</param>
    /// <param name="ahead">The number of messages that are stored before it.</param>
    /// <param name="bytesAhead">Their size.</param>
    /// <param name="aheadOfSubject">The number of those with the same subject.</param>
    public ApiError? Room(in PendingMessage message, int ahead, long bytesAhead, int aheadOfSubject)
    {
        if (!Config.DiscardsNew)
        {
            return null;
        }

        SubjectSequences? present = Messages.Of(message.Subject);
        bool isSubjectFull = Config.MaxMsgsPerSubject > 0 && (present?.Count ?? 0) + aheadOfSubject >= Config.MaxMsgsPerSubject;
        if (isSubjectFull && Config.DiscardNewPerSubject && message.Rollup == RollupKind.None)
        {
            return ApiError.StoreFailed("maximum messages per subject exceeded");
        }

        // In a full subject it replaces the first message, which has to have at least its size if there are too many bytes.
        long bytes = StoredMessage.StoredSize(message.Subject.Length, message.Headers.Length, message.Payload.Length, Config.IsFile);
        bool fits = isSubjectFull && (present is null || Messages.Find(present.First)!.StoredSize(Config.IsFile) >= bytes);
        return Config.MaxMsgs > 0 && Messages.Count + ahead >= Config.MaxMsgs && !isSubjectFull ? ApiError.StoreFailed("maximum messages exceeded")
            : Config.MaxBytes > 0 && Messages.Bytes + bytesAhead + bytes > Config.MaxBytes && !fits ? ApiError.StoreFailed("maximum bytes exceeded")
            : null;
    }
}
