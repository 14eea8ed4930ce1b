namespace Earshot.Fleet.Reading;

/// <summary>What names a record, however often it was stored: the number of an event in its journal, or what a server reports about a connection at a time.</summary>
internal readonly record struct RecordKey(string Source, string? Service, string? Instance, ServerRecordKind? Kind, long Number, ulong Client, string? Reason)
{
    public static RecordKey Of(FleetRecord record) => record switch
    {
        JournalRecord { Connection: var connection } journal => new RecordKey(connection.Id, connection.Service, connection.Instance, null, journal.Entry.Sequence, 0, null),
        ServerRecord server => new RecordKey(server.Server.Id, null, null, server.Kind, server.At.UtcTicks, server.Client?.Id ?? 0, server.Reason),
        _ => new RecordKey("", null, null, null, record.Time.UtcTicks, 0, null),
    };
}
