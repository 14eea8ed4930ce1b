namespace Earshot.Fleet.Reading;

/// <summary>The records of one message of a stream, without those that a later message has, too. Each keeps its place, so that it is removed without a search.</summary>
/// <param name="stored">When the stream stored the message.</param>
/// <param name="records">The records.</param>
internal sealed class StoredMessage(DateTimeOffset stored, IReadOnlyList<FleetRecord> records)
{
    private readonly FleetRecord?[] _records = [.. records];

    public DateTimeOffset Stored => stored;

    /// <summary>The number of records that are kept.</summary>
    public int Count { get; private set; } = records.Count;

    /// <summary>The records that are kept, in their order.</summary>
    public IEnumerable<FleetRecord> Kept => _records.OfType<FleetRecord>();

    /// <summary>Removes the record at a place.</summary>
    public void Remove(int index)
    {
        _records[index] = null;
        Count--;
    }
}
