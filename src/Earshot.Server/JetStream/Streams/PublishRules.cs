using System.Globalization;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>Whether a stream accepts a message. The order of the checks is that of a real server.</summary>
internal readonly ref struct PublishRules(StreamConfig config, MessageStore messages, string? lastId)
{
    /// <summary>Checks everything that precedes the search for a duplicate.</summary>
    public ApiError? Check(in PublishHeaders asked, ReadOnlySpan<byte> subject, int size)
    {
        if (config.Sealed)
        {
            return ApiError.Sealed;
        }

        if (asked.NotInProcess is { } header)
        {
            return ApiError.NotInProcess($"messages with {header}");
        }

        if (config.MaxMsgSize > 0 && size > config.MaxMsgSize)
        {
            return ApiError.MessageTooLarge;
        }

        if (asked.ExpectedStream is { } stream && stream != config.Name)
        {
            return ApiError.StreamMismatch;
        }

        if (asked.ExpectedLast is { } last && last != messages.LastSequence)
        {
            return ApiError.WrongLastSequence(messages.LastSequence);
        }

        if (asked.ExpectedLastId is { } expected && expected != lastId)
        {
            return ApiError.WrongLastId(lastId);
        }

        return CheckSubject(asked, subject) ?? (asked.Rollup is not null ? CheckRollup(asked.Rollup) : null);
    }

    /// <summary>Reads the time to live; one that is shorter than that of markers is raised, and the headers say so.</summary>
    public ApiError? CheckTimeToLive(in PublishHeaders asked, ref ReadOnlySpan<byte> headers, out TimeSpan? time)
    {
        time = null;
        if (asked.TimeToLive is not { } text)
        {
            return null;
        }

        if (!config.AllowMsgTtl)
        {
            return ApiError.TtlDisabled;
        }

        if (!TimeToLive.TryParse(text, out time))
        {
            return ApiError.InvalidTtl;
        }

        TimeSpan marker = GoTime.Duration(config.SubjectDeleteMarkerTtl);
        if (time < marker && config.MaxMsgsPerSubject != 1)
        {
            time = marker;
            byte[] seconds = Encoding.ASCII.GetBytes(((long)marker.TotalSeconds).ToString(CultureInfo.InvariantCulture));
            headers = HeaderBlock.Add(HeaderBlock.Remove(headers, "Nats-TTL"u8), "Nats-TTL"u8, seconds);
        }

        time = time == TimeSpan.Zero ? null : time;
        return null;
    }

    /// <summary>Checks the limits of a stream that rejects new messages.</summary>
    public ApiError? CheckRoom(ReadOnlySpan<byte> subject, int headers, int payload)
    {
        if (!config.DiscardsNew)
        {
            return null;
        }

        bool isSubjectFull = config.MaxMsgsPerSubject > 0 && messages.Of(subject)?.Count >= config.MaxMsgsPerSubject;
        if (isSubjectFull)
        {
            return config.DiscardNewPerSubject ? ApiError.StoreFailed("maximum messages per subject exceeded") : null;
        }

        long bytes = StoredMessage.StoredSize(subject.Length, headers, payload, config.IsFile);
        return config.MaxMsgs > 0 && messages.Count >= config.MaxMsgs ? ApiError.StoreFailed("maximum messages exceeded")
            : config.MaxBytes > 0 && messages.Bytes + bytes > config.MaxBytes ? ApiError.StoreFailed("maximum bytes exceeded")
            : null;
    }

    private ApiError? CheckSubject(in PublishHeaders asked, ReadOnlySpan<byte> subject)
    {
        if (asked.ExpectedLastOfSubject is not { } expected)
        {
            return asked.ExpectedSubject is null ? null : ApiError.SubjectWithoutSequence;
        }

        ulong last = asked.ExpectedSubject is { } pattern
            ? messages.Last(new SubjectFilter([pattern]))?.Sequence ?? 0
            : messages.Of(subject)?.Last ?? 0;
        return last == expected ? null : ApiError.WrongLastSequence(last);
    }

    private ApiError? CheckRollup(string rollup) =>
        !config.AllowRollupHdrs || config.DenyPurge ? ApiError.RollupFailed("rollup not permitted")
        : rollup is not ("sub" or "all") ? ApiError.RollupFailed($"rollup value invalid: \"{rollup}\"")
        : null;
}
