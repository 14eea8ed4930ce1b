namespace Earshot.Fleet.Reading;

/// <summary>
/// The newest records of a stream, each once. What it contains depends on the messages and not on the order in which they arrive. Pure; not thread-safe.
/// </summary>
/// <param name="capacity">The maximum number of records.</param>
internal sealed class RecordWindow(int capacity)
{
    // Each has at least one record: what is repeated without end takes no memory.
    private readonly SortedDictionary<ulong, StoredMessage> _messages = [];

    // Of a record that was stored twice, the later one counts: it is evicted last.
    private readonly Dictionary<RecordKey, (ulong Sequence, int Index)> _newest = [];
    private ulong _floor;

    /// <summary>The number of records.</summary>
    public int Count => _newest.Count;

    /// <summary>The number of messages of which records are kept.</summary>
    public int Messages => _messages.Count;

    /// <summary>The number of records that were removed because there were too many; not those that became too old.</summary>
    public long Evicted { get; private set; }

    /// <summary>Adds the records of a message, unless the window is already beyond it.</summary>
    public void Add(ulong sequence, DateTimeOffset stored, IReadOnlyList<FleetRecord> records)
    {
        if (sequence <= _floor || _messages.ContainsKey(sequence))
        {
            return;
        }

        var own = new List<FleetRecord>(records.Count);
        foreach (FleetRecord record in records)
        {
            var key = RecordKey.Of(record);
            if (_newest.TryGetValue(key, out (ulong Sequence, int Index) other))
            {
                if (other.Sequence >= sequence)
                {
                    continue;
                }

                Remove(other.Sequence, other.Index);
            }

            _newest[key] = (sequence, own.Count);
            own.Add(record);
        }

        if (own.Count > 0)
        {
            _messages.Add(sequence, new StoredMessage(stored, own));
        }

        while (_newest.Count > capacity)
        {
            Evicted += RemoveOldest();
        }
    }

    /// <summary>Removes what was stored before a time.</summary>
    public void Expire(DateTimeOffset before)
    {
        while (_messages.Count > 0 && _messages.First().Value.Stored < before)
        {
            RemoveOldest();
        }
    }

    /// <summary>
    /// Returns the records in the order of the stream. Connections of different subjects that claim the same id get their subjects as ids, so that none can add to
    /// the journal of another.
    /// </summary>
    public List<FleetRecord> ToList()
    {
        var owners = new Dictionary<string, JournalConnection?>(StringComparer.Ordinal);
        foreach (JournalConnection connection in _messages.Values.SelectMany(message => message.Kept).OfType<JournalRecord>().Select(record => record.Connection))
        {
            owners[connection.Id] = !owners.TryGetValue(connection.Id, out JournalConnection? owner) || IsSame(owner, connection) ? connection : null;
        }

        var records = new List<FleetRecord>(Count);
        foreach (StoredMessage message in _messages.Values)
        {
            records.AddRange(message.Kept.Select(record => Owned(record, owners)));
        }

        return records;
    }

    private static bool IsSame(JournalConnection? owner, JournalConnection other) => owner is not null && (owner.Service, owner.Instance) == (other.Service, other.Instance);

    private static FleetRecord Owned(FleetRecord record, Dictionary<string, JournalConnection?> owners) =>
        record is JournalRecord { Connection: var connection } journal && owners[connection.Id] is null
            ? journal with { Connection = connection with { Id = $"{connection.Service}.{connection.Instance}.{connection.Id}" } }
            : record;

    private int RemoveOldest()
    {
        (ulong sequence, StoredMessage message) = _messages.First();
        foreach (FleetRecord record in message.Kept)
        {
            _newest.Remove(RecordKey.Of(record));
        }

        _messages.Remove(sequence);
        _floor = sequence;
        return message.Count;
    }

    // A later message has the record, too.
    private void Remove(ulong sequence, int index)
    {
        StoredMessage message = _messages[sequence];
        message.Remove(index);
        if (message.Count == 0)
        {
            _messages.Remove(sequence);
        }
    }
}
