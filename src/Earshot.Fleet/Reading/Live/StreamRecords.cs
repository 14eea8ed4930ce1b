using System.Text;
using Earshot.Fleet.Records;
using Earshot.Fleet.Streams;

namespace Earshot.Fleet.Reading;

/// <summary>
/// Makes records of the messages of both streams. Which connection a journal is of, only the subject says, which the server checks: what the content says
/// about it is ignored. One object for each stream, because equal parts of its records are kept once.
/// </summary>
internal sealed class StreamRecords(FleetRedaction redaction)
{
    private const int MostShared = 20_000;

    // Names of reasons, types, servers and connections are shorter; the memory of a reader does not depend on what a client sends.
    private const int LongestText = 256;

    private readonly Dictionary<JournalServer, JournalServer> _servers = [];
    private readonly Dictionary<JournalConnection, JournalConnection> _connections = [];

    /// <summary>Reads a message.</summary>
    /// <returns>Null for one that is neither a journal nor a record of a server, or whose subject does not fit its content.</returns>
    public IReadOnlyList<FleetRecord>? Read(string subject, ReadOnlySpan<byte> body)
    {
        if (!RecordLines.TryRead(Encoding.UTF8.GetString(body), out IReadOnlyList<FleetRecord>? records, out _))
        {
            return null;
        }

        if (FleetSubjects.TryReadJournal(subject, out string? account, out string? service, out string? instance, out string? id))
        {
            return records.All(record => record is JournalRecord)
                ? [.. records.Cast<JournalRecord>().Select(record => OfJournal(record, new JournalConnection(id) { Service = account is null ? service : $"{account}/{service}", Instance = instance }))]
                : null;
        }

        return records is [ServerRecord server] && subject == FleetSubjects.Server(server.Server.Id, server.Kind) ? [Redacted(server)] : null;
    }

    private JournalRecord OfJournal(JournalRecord record, JournalConnection connection)
    {
        record = (JournalRecord)Redacted(record);
        JournalEntry entry = record.Entry;
        entry = entry with { Reason = Short(entry.Reason), Exception = Short(entry.Exception) };
        JournalServer? server = entry.Server is { } named ? Shared(_servers, new JournalServer { Url = Short(named.Url), Id = Short(named.Id), Name = Short(named.Name) }) : null;
        return new JournalRecord(Shared(_connections, connection with { Name = Short(record.Connection.Name) }), entry with { Server = server });
    }

    private static string? Short(string? text) => text?.Length > LongestText ? text[..LongestText] : text;

    // Records were made with the default redaction.
    private FleetRecord Redacted(FleetRecord record) => redaction == FleetRedaction.Default ? record : redaction.Apply(record);

    private static T Shared<T>(Dictionary<T, T> known, T value)
        where T : notnull
    {
        if (known.TryGetValue(value, out T? same))
        {
            return same;
        }

        if (known.Count >= MostShared)
        {
            known.Clear();
        }

        return known[value] = value;
    }
}
