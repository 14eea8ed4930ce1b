namespace Earshot.Fleet.Analysis;

/// <summary>Whether the times of a record can be true. Files may have any, and sums with such times are no times.</summary>
internal static class Plausible
{
    private const double LongestDuration = 10.0 * 366 * 86_400; // seconds
    private const long LastSequence = 1L << 40; // of a journal; sums over all records of a file stay numbers
    private static readonly DateTimeOffset s_first = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_last = new(2500, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static bool Is(FleetRecord record) => record switch
    {
        JournalRecord { Entry: var entry } => IsTime(entry.Time) && entry.Sequence is > 0 and <= LastSequence && (entry.Duration is null || Math.Abs(entry.Duration.Value) <= LongestDuration) && entry.Count is null or (>= 0 and <= int.MaxValue) && IsRange(entry),
        ServerRecord server => IsTime(server.At) && IsTime(server.Received) && IsTime(server.Client?.Start) && IsTime(server.Client?.Stop),
        _ => false,
    };

    // Numbers that an entry of several events may have: sums with them must stay numbers.
    private static bool IsRange(JournalEntry entry) =>
        (entry.FirstSequence is null || (entry.FirstSequence > 0 && entry.FirstSequence <= entry.Sequence))
        && (entry.Kind != NatsEventKind.EventsMissed || entry.Count is null || entry.Count <= entry.Sequence)
        && (entry.Events is null || (entry.Events > 0 && entry.Events <= entry.Sequence - (entry.FirstSequence ?? entry.Sequence) + 1))
        && (entry.Skipped is null || (entry.Skipped >= 0 && entry.Skipped < entry.Sequence))
        && (entry.Dropped is null || (entry.Dropped >= 0 && entry.Dropped < entry.Sequence))
        && IsTime(entry.FirstTime) && (entry.FirstTime is null || entry.FirstTime <= entry.Time);

    /// <summary>The time; null for one that cannot be true.</summary>
    public static DateTimeOffset? Time(DateTimeOffset? time) => IsTime(time) ? time : null;

    private static bool IsTime(DateTimeOffset? time) => time is null || (time >= s_first && time <= s_last);
}
