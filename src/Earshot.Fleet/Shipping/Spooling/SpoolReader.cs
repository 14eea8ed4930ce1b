using System.Text;
using System.Text.Json;
using Earshot.Fleet.Records;
using Earshot.Fleet.Streams;

namespace Earshot.Fleet.Shipping;

/// <summary>Reads the lines that an earlier process has left, as batches. What is not a line of a batch of this service, such as a last line that was not written whole, is left out.</summary>
internal static class SpoolReader
{
    private const int LongestLine = 2 * 1024 * 1024; // more than the longest batch

    /// <summary>Returns the batches of a file, each with entries of one journal only.</summary>
    public static IEnumerable<FrozenBatch> Read(Stream file, NatsJournalShippingOptions options)
    {
        var part = new List<JournalRecord>();
        int length = 0;
        foreach (string line in Lines(file))
        {
            if (!RecordLines.IsRecord(line) || !RecordLines.TryRead(line, out IReadOnlyList<FleetRecord>? records, out _))
            {
                continue;
            }

            foreach (JournalRecord record in records.OfType<JournalRecord>().Where(record => IsOwn(record.Connection, options.Service)))
            {
                int size = JsonSerializer.SerializeToUtf8Bytes(record.Entry, FleetJson.Default.JournalEntry).Length + 1;
                if (part.Count > 0 && (part[0].Connection != record.Connection || part.Count >= options.BatchEvents || length + size > options.BatchBytes / 2))
                {
                    yield return Batch(part);
                    part.Clear();
                    length = 0;
                }

                part.Add(record);
                length += size;
            }
        }

        if (part.Count > 0)
        {
            yield return Batch(part);
        }
    }

    private static bool IsOwn(JournalConnection connection, string service) =>
        connection.Service == service && FleetSubjects.IsToken(connection.Instance) && FleetSubjects.IsToken(connection.Id);

    private static FrozenBatch Batch(List<JournalRecord> part)
    {
        JournalConnection connection = part[0].Connection;
        var batch = new JournalBatch { Connection = connection.Id, Service = connection.Service, Instance = connection.Instance, Name = connection.Name, Events = [.. part.Select(record => record.Entry)] };
        long first = part.Min(record => record.Entry.FirstSequence ?? record.Entry.Sequence);
        return new FrozenBatch(
            0, FleetSubjects.Journal(connection.Service!, connection.Instance!, connection.Id), FrozenBatch.IdOf(connection.Id, first, part.Max(record => record.Entry.Sequence)),
            JsonSerializer.SerializeToUtf8Bytes(batch, FleetJson.Default.JournalBatch), part.Sum(record => record.Entry.Kind == NatsEventKind.EventsMissed ? 0 : record.Entry.Events ?? 1));
    }

    // A file may hold anything: a line without an end must not be read into memory whole.
    private static IEnumerable<string> Lines(Stream file)
    {
        using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var line = new StringBuilder();
        for (int next = reader.Read(); next >= 0; next = reader.Read())
        {
            if (next != '\n')
            {
                _ = line.Length < LongestLine ? line.Append((char)next) : line;
                continue;
            }

            yield return line.ToString();
            line.Clear();
        }
    }
}
