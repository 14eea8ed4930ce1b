using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Earshot.Fleet.Records;

/// <summary>Records as lines of JSON: a server record, or the events of one journal. Unknown members are ignored, unknown versions refused.</summary>
internal static class RecordLines
{
    private const int EventsPerLine = 64;

    /// <summary>Whether a line has this form; the line of a journal has a kind instead.</summary>
    public static bool IsRecord(string line) => line.StartsWith("{\"v\":", StringComparison.Ordinal);

    /// <summary>Returns lines without their ends: journals first, each in the order of its sequence.</summary>
    public static IEnumerable<string> Write(IEnumerable<FleetRecord> records)
    {
        var all = records.ToList();
        foreach (IGrouping<JournalConnection, JournalRecord> journal in all.OfType<JournalRecord>().GroupBy(record => record.Connection))
        {
            foreach (JournalRecord[] part in journal.OrderBy(record => record.Entry.Sequence).Chunk(EventsPerLine))
            {
                JournalConnection connection = journal.Key;
                yield return JsonSerializer.Serialize(
                    new JournalBatch { Connection = connection.Id, Service = connection.Service, Instance = connection.Instance, Name = connection.Name, Events = [.. part.Select(record => record.Entry)] },
                    FleetJson.Default.JournalBatch);
            }
        }

        foreach (ServerRecord server in all.OfType<ServerRecord>())
        {
            yield return JsonSerializer.Serialize(server, FleetJson.Default.ServerRecord);
        }
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">One line, without its end.</param>
    /// <param name="records">Its records.</param>
    /// <param name="error">What is wrong with it, without its text.</param>
    public static bool TryRead(string line, [NotNullWhen(true)] out IReadOnlyList<FleetRecord>? records, out string error)
    {
        (records, error) = (null, "it is not a record");
        try
        {
            using var json = JsonDocument.Parse(line);
            if (!json.RootElement.TryGetProperty("v", out JsonElement version) || !version.TryGetInt32(out int number) || number != FleetRecord.FormatVersion)
            {
                error = "it has another version than 1";
                return false;
            }

            if (json.RootElement.TryGetProperty("ev", out _))
            {
                JournalBatch batch = json.RootElement.Deserialize(FleetJson.Default.JournalBatch)!;
                if (!batch.Events.All(IsFinite))
                {
                    error = "it has a number that cannot be written";
                    return false;
                }

                var connection = new JournalConnection(batch.Connection) { Service = batch.Service, Instance = batch.Instance, Name = batch.Name };
                records = [.. batch.Events.Select(entry => FleetRedaction.Default.Apply(new JournalRecord(connection, entry)))];
            }
            else
            {
                records = [FleetRedaction.Default.Apply(json.RootElement.Deserialize(FleetJson.Default.ServerRecord)!)];
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or FormatException or ArgumentException)
        {
            return false; // an argument is half a character, where a line was cut
        }
    }

    // JSON has numbers that are read as infinite.
    private static bool IsFinite(JournalEntry entry) =>
        double.IsFinite(entry.Duration ?? 0) && double.IsFinite(entry.Window ?? 0) && double.IsFinite(entry.MinDuration ?? 0) && double.IsFinite(entry.MedianDuration ?? 0) && double.IsFinite(entry.MaxDuration ?? 0);
}
