namespace Earshot.Fleet.Analysis;

/// <summary>The numbers that entries of several attempts represent, by what their attempts have in common. Immutable.</summary>
internal sealed class FoldRanges
{
    // In the order of their beginnings, each with the highest end up to it.
    private readonly Dictionary<(int, NatsConnectPhase?, string?, string?, string?), List<(long From, long End)>> _ranges = [];

    private FoldRanges()
    {
    }

    public bool IsEmpty => _ranges.Count == 0;

    /// <summary>The ranges of entries that have a first number.</summary>
    public static FoldRanges Of(IEnumerable<JournalEntry> folds)
    {
        var all = new FoldRanges();
        foreach (JournalEntry fold in folds.OrderBy(fold => fold.FirstSequence))
        {
            if (!all._ranges.TryGetValue(KeyOf(fold), out List<(long From, long End)>? same))
            {
                all._ranges[KeyOf(fold)] = same = [];
            }

            same.Add((fold.FirstSequence!.Value, same is [.., var last] ? Math.Max(last.End, fold.Sequence) : fold.Sequence));
        }

        return all;
    }

    /// <summary>Whether an entry with the same properties begins at or before a single attempt, and ends behind it.</summary>
    public bool Cover(JournalEntry attempt)
    {
        if (!_ranges.TryGetValue(KeyOf(attempt), out List<(long From, long End)>? same))
        {
            return false;
        }

        (int low, int high) = (0, same.Count);
        while (low < high)
        {
            int middle = (low + high) / 2;
            (low, high) = same[middle].From <= attempt.Sequence ? (middle + 1, high) : (low, middle);
        }

        return low > 0 && same[low - 1].End > attempt.Sequence;
    }

    private static (int, NatsConnectPhase?, string?, string?, string?) KeyOf(JournalEntry entry) => (entry.Outage, entry.Phase, entry.Exception, entry.Reason, entry.Server?.Url);
}
