namespace Earshot.Fleet.Shipping;

/// <summary>Failed attempts with one <see cref="FoldKey"/>, as one entry: that of the last one, with counts, times and durations of all.</summary>
internal sealed class AttemptFold
{
    private readonly JournalEntry _first;
    private DurationSketch? _durations; // from the second one on
    private JournalEntry _last;
    private long _count;

    public AttemptFold(JournalEntry first)
    {
        (_first, _last, _count) = (first, first, first.Count ?? 1);
        Key = FoldKey.Of(first);
    }

    public FoldKey Key { get; }

    /// <summary>The number of events of the journal that it represents.</summary>
    public int Events { get; private set; } = 1;

    /// <summary>Adds a later attempt.</summary>
    public void Add(JournalEntry attempt)
    {
        if (_durations is null)
        {
            _durations = new DurationSketch();
            _durations.Add(_first.Duration ?? 0);
        }

        _durations.Add(attempt.Duration ?? 0);
        _last = attempt;
        _count += attempt.Count ?? 1;
        Events++;
    }

    /// <summary>The entry. That of a single attempt is as it was.</summary>
    public JournalEntry ToEntry() => _durations is null ? _first : _last with
    {
        Count = _count,
        Events = Events,
        FirstSequence = _first.Sequence,
        FirstTime = _first.Time,
        MinDuration = _durations.Min,
        MedianDuration = _durations.Median,
        MaxDuration = _durations.Max,
    };
}
