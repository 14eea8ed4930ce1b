namespace Earshot.Fleet.Analysis;

/// <summary>Which numbers of a journal its entries account for. A shipped entry may represent several events, and names what is never shipped.</summary>
internal static class Coverage
{
    /// <summary>The number of events between the first and the last one that are not there. The entries are in the order of their numbers.</summary>
    public static long Missing(IReadOnlyList<JournalEntry> entries)
    {
        if (entries.Count == 0)
        {
            return 0;
        }

        long first = entries.Min(First);
        Int128 present = 0; // the sum of what messages claim
        foreach (JournalEntry entry in entries)
        {
            present += Events(entry) + Skipped(entry, first);
        }

        return (long)Int128.Max(0, entries[^1].Sequence - first + 1 - present);
    }

    /// <summary>
    /// Leaves out the attempts that an entry of several represents, as another file may have them one by one. The entries are in the order of
    /// their numbers.
    /// </summary>
    public static IReadOnlyList<JournalEntry> WithoutFolded(IReadOnlyList<JournalEntry> entries)
    {
        var folds = FoldRanges.Of(entries.Where(IsFold));
        return folds.IsEmpty ? entries : [.. entries.Where(entry => IsFold(entry) || entry.Kind != NatsEventKind.ConnectAttemptFailed || !folds.Cover(entry))];
    }

    // Of the first entry, only the numbers behind its own first one: those before it are not part of what is there.
    private static long Skipped(JournalEntry entry, long first) =>
        First(entry) > first ? entry.Skipped ?? 0 : Math.Min(entry.Skipped ?? 0, entry.Sequence - first + 1 - Events(entry));

    private static bool IsFold(JournalEntry entry) => entry is { Kind: NatsEventKind.ConnectAttemptFailed, FirstSequence: not null };

    private static long First(JournalEntry entry) => entry.FirstSequence ?? (entry.Kind == NatsEventKind.EventsMissed ? entry.Sequence + 1 - (entry.Count ?? 1) : entry.Sequence);

    // An entry that reports missing events is itself none.
    private static long Events(JournalEntry entry) => entry.Kind == NatsEventKind.EventsMissed ? 0 : entry.Events ?? 1;
}
