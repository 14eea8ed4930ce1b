namespace Earshot.Fleet.Reading;

/// <summary>One stream as far as it was read: which messages, their records, and what is wrong. Pure; not thread-safe.</summary>
/// <param name="name">The name of the stream.</param>
/// <param name="options">How much is kept.</param>
internal sealed class FollowedStream(string name, FleetReaderOptions options)
{
    private readonly StreamRecords _reader = new(options.Redaction);
    private StreamCursor _cursor = new();
    private RecordWindow _window = new(options.MaxRecords);
    private DateTimeOffset? _created;
    private DateTimeOffset? _lastStored;
    private (long Messages, long Malformed, long Missed) _counts;

    public string Name => name;

    /// <summary>Whether the history was read; it is read again from its beginning after a failure.</summary>
    public bool HasHistory { get; private set; }

    /// <summary>Whether the stream exists; null before the first answer.</summary>
    public bool? Exists { get; set; }

    /// <summary>Why it cannot be read at the moment, as a sentence; null when it can.</summary>
    public string? Problem { get; set; }

    /// <summary>The highest sequence that was read.</summary>
    public ulong Last => _cursor.Last;

    /// <summary>Takes a message over.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Accept(in StoredItem item)
    {
        if (!_cursor.Take(item.Sequence))
        {
            return false;
        }

        _counts.Messages++;
        _lastStored = _lastStored > item.Stored ? _lastStored : item.Stored;
        if (_reader.Read(item.Subject, item.Body.Span) is { } records)
        {
            _window.Add(item.Sequence, item.Stored, records);
        }
        else
        {
            _counts.Malformed++;
        }

        return true;
    }

    /// <summary>Notes what the stream reports about itself. A stream that was created again, or has lost its end, is read from the beginning.</summary>
    /// <param name="created">When it was created.</param>
    /// <param name="end">Its last sequence.</param>
    /// <param name="known">The highest sequence that had been read before the stream was asked.</param>
    public void Describe(DateTimeOffset created, ulong end, ulong known)
    {
        Exists = true;
        if ((_created ?? created) != created || end < known)
        {
            (_cursor, _window, HasHistory) = (new StreamCursor(), new RecordWindow(options.MaxRecords), false);
        }

        _created = created;
    }

    /// <summary>Notes that everything from the beginning of the window up to a sequence was read.</summary>
    public void HistoryRead(ulong end)
    {
        HasHistory = true;
        if (_cursor.Last == 0 && end > 0)
        {
            _cursor.Cover(end, end); // older than the window
        }
    }

    /// <summary>The first messages that are missing, up to a sequence that the stream has.</summary>
    public (ulong From, ulong To)? Gap(ulong end) => _cursor.Gap(end);

    /// <summary>Whether messages between others are missing.</summary>
    public bool HasGap => HasHistory && _cursor.Gap(0) is not null;

    /// <summary>Notes that the stream no longer has the messages of a range that were not read.</summary>
    public void Close((ulong From, ulong To) range) => _counts.Missed += (long)_cursor.Cover(range.From, range.To);

    /// <summary>The records that were stored since a time.</summary>
    public List<FleetRecord> Records(DateTimeOffset since)
    {
        _window.Expire(since);
        return _window.ToList();
    }

    public FleetStreamState State() => new(name, Exists)
    {
        Problem = Problem,
        Messages = _counts.Messages,
        Malformed = _counts.Malformed,
        Missed = _counts.Missed,
        Records = _window.Count,
        Evicted = _window.Evicted,
        LastStored = _lastStored,
    };
}
