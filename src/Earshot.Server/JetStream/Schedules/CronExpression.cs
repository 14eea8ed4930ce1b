namespace Earshot.Server.JetStream;

/// <summary>A cron expression of six fields, second to day of the week, in a time zone.</summary>
internal sealed class CronExpression
{
    private const int MostYears = 5;
    private static readonly string[] s_months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] s_days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    private readonly CronField[] _fields;
    private readonly TimeZoneInfo _zone;

    private CronExpression(CronField[] fields, TimeZoneInfo zone) => (_fields, _zone) = (fields, zone);

    /// <summary>Reads an expression; null: it is not valid.</summary>
    public static CronExpression? Parse(string text, TimeZoneInfo zone)
    {
        string[] texts = text.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (texts.Length != 6)
        {
            return null;
        }

        CronField?[] fields =
        [
            CronField.Parse(texts[0], 0, 59, []), CronField.Parse(texts[1], 0, 59, []), CronField.Parse(texts[2], 0, 23, []),
            CronField.Parse(texts[3], 1, 31, []), CronField.Parse(texts[4], 1, 12, s_months), CronField.Parse(texts[5], 0, 6, s_days),
        ];
        return fields.Contains(null) ? null : new CronExpression([.. fields.OfType<CronField>()], zone);
    }

    /// <summary>The first time after this one that matches, with the offset of the time zone; null: none in five years.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        DateTimeOffset time = TimeZoneInfo.ConvertTime(after + TimeSpan.FromSeconds(1), _zone);
        int lastYear = time.Year + MostYears;
        while (time.Year <= lastYear)
        {
            DateTimeOffset next = !MatchesDay(time) ? NextDay(time)
                : !_fields[2].Contains(time.Hour) ? time.AddSeconds(3600 - (time.Minute * 60) - time.Second)
                : !_fields[1].Contains(time.Minute) ? time.AddSeconds(60 - time.Second)
                : !_fields[0].Contains(time.Second) ? time.AddSeconds(1)
                : time;
            if (next == time)
            {
                return time;
            }

            time = TimeZoneInfo.ConvertTime(next, _zone);
        }

        return null;
    }

    // Two restricted fields of days are alternatives; with a star in one of them, both must match.
    private bool MatchesDay(DateTimeOffset time)
    {
        bool isDayOfMonth = _fields[3].Contains(time.Day);
        bool isDayOfWeek = _fields[5].Contains((int)time.DayOfWeek);
        return _fields[4].Contains(time.Month) && (_fields[3].IsAny || _fields[5].IsAny ? isDayOfMonth && isDayOfWeek : isDayOfMonth || isDayOfWeek);
    }

    // The first second of the next day of the zone, which is not always midnight.
    private DateTimeOffset NextDay(DateTimeOffset time)
    {
        DateTime midnight = time.Date.AddDays(1);
        while (_zone.IsInvalidTime(midnight))
        {
            midnight = midnight.AddMinutes(15);
        }

        TimeSpan offset = _zone.IsAmbiguousTime(midnight) ? _zone.GetAmbiguousTimeOffsets(midnight).Max() : _zone.GetUtcOffset(midnight);
        return new DateTimeOffset(DateTime.SpecifyKind(midnight, DateTimeKind.Unspecified), offset);
    }
}
