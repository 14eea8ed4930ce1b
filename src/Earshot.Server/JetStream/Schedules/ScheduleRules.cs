using System.Text;
using Earshot.Server.Routing;

namespace Earshot.Server.JetStream;

/// <summary>Whether a stream accepts a schedule. The order of the checks is that of a real server.</summary>
internal readonly ref struct ScheduleRules
{
    private readonly StreamState _stream;
    private readonly ReadOnlySpan<byte> _headers;
    private readonly ReadOnlySpan<byte> _subject;

    /// <param name="stream">The stream.</param>
    /// <param name="headers">The block of headers of the message.</param>
    /// <param name="subject">The subject of the message.</param>
    public ScheduleRules(StreamState stream, ReadOnlySpan<byte> headers, ReadOnlySpan<byte> subject)
    {
        _stream = stream;
        _headers = headers;
        _subject = subject;
    }

    /// <param name="pattern">When the message is to be published; null: it is no schedule.</param>
    /// <param name="zone">The time zone of the pattern; null: there is none.</param>
    /// <param name="now">The time.</param>
    public ApiError? Check(string? pattern, string? zone, DateTimeOffset now)
    {
        TimeZoneInfo? found = zone is null ? null : MessageSchedule.FindZone(zone);
        bool isUnknownZone = zone is not null && found is null;
        if (pattern is null && !isUnknownZone)
        {
            return null;
        }

        return !_stream.Config.AllowMsgSchedules ? PublishError.SchedulesDisabled
            : isUnknownZone ? PublishError.InvalidTimeZone
            : MessageSchedule.Parse(pattern!, found)?.Next(now, now) is null ? PublishError.InvalidSchedule
            : CheckMessage() ?? CheckSubjects();
    }

    private ApiError? CheckMessage()
    {
        string? life = ScheduleHeaders.Text(_headers, ScheduleHeaders.TtlName);
        return life is not null && !TimeToLive.TryParse(life, out _) ? PublishError.InvalidScheduleTtl
            : ScheduleHeaders.Text(_headers, ScheduleHeaders.ScheduleRollupName) is not (null or "sub") ? PublishError.InvalidScheduleRollup
            : life is not null && !_stream.Config.AllowMsgTtl ? ApiError.TtlDisabled
            : null;
    }

    private ApiError? CheckSubjects()
    {
        byte[] target = Bytes(ScheduleHeaders.TargetName);
        byte[] source = Bytes(ScheduleHeaders.SourceName);
        return source.Length > 0 && (!IsOfStream(source) || source.AsSpan().SequenceEqual(target)) ? PublishError.InvalidSource
            : !IsOfStream(target) ? PublishError.InvalidTarget
            : ScheduleHeaders.Text(_headers, ScheduleHeaders.RollupName) is not (null or "sub") ? PublishError.InvalidScheduleRollup
            : null;
    }

    private bool IsOfStream(byte[] subject) => subject.Length > 0 && SubjectForm.IsLiteral(subject) && !_subject.SequenceEqual(subject) && _stream.Subjects.Matches(subject);

    private byte[] Bytes(ReadOnlySpan<byte> name) => Encoding.UTF8.GetBytes(ScheduleHeaders.Text(_headers, name) ?? "");
}
