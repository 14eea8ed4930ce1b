namespace Earshot.Fleet;

/// <summary>One event of the journal of a client's connection.</summary>
/// <param name="Connection">Which connection it is.</param>
/// <param name="Entry">What happened.</param>
public sealed record JournalRecord(JournalConnection Connection, JournalEntry Entry) : FleetRecord
{
    /// <inheritdoc/>
    public override DateTimeOffset Time => Entry.Time;
}
