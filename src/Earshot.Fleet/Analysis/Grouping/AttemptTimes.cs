namespace Earshot.Fleet.Analysis;

/// <summary>The times of all attempts to connect: those that reached a server, and those that did not.</summary>
internal static class AttemptTimes
{
    // Numbers in a message must not decide how long this takes. What exceeds them is left out, so that a storm may be larger than what is found of it.
    private const int MostOfEntry = 4096;
    private const int MostOfAll = 256 * 1024;

    /// <summary>Returns the times in their order.</summary>
    public static List<DateTimeOffset> Of(FactSet facts)
    {
        List<(string Journal, JournalEntry Entry)> failed =
        [
            .. from journal in facts.Journals
               from entry in journal.Entries
               where entry.Kind == NatsEventKind.ConnectAttemptFailed && entry.ClientId is null && entry.Reason != "Abandoned"
               select (journal.Connection.Id, entry),
        ];
        int most = MostOfEntry;
        while (most > 1 && failed.Sum(one => (long)Math.Min(Count(one.Entry), most)) > MostOfAll)
        {
            most /= 2;
        }

        List<DateTimeOffset> times = [.. facts.Sessions.Values.Select(session => session.Start).OfType<DateTimeOffset>()];
        times.AddRange(failed.SelectMany(one => Times(one.Entry, Math.Min(Count(one.Entry), most)).Select(at => facts.Clocks.OfJournal(one.Journal, at))));
        times.Sort();
        return times;
    }

    private static int Count(JournalEntry entry) => entry.FirstTime is null ? 1 : Math.Max(entry.Events ?? 1, 2);

    // Those of an entry of several were in between, which is all that is known of them.
    private static IEnumerable<DateTimeOffset> Times(JournalEntry entry, int count)
    {
        if (entry.FirstTime is not { } first || count == 1)
        {
            return [entry.Time];
        }

        TimeSpan all = entry.Time - first;
        return Enumerable.Range(0, count).Select(i => first + (all * ((double)i / (count - 1))));
    }
}
