using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Earshot.Fleet.Records;

namespace Earshot.Fleet;

/// <summary>Records as JSON lines, and the records of journals.</summary>
public static class FleetRecordFile
{
    /// <summary>Returns the records of a journal: its events without texts, subjects and snapshots.</summary>
    /// <param name="events">The events of one connection.</param>
    /// <param name="fallbackId">The id of the connection where its snapshots have none, as in journals of older versions.</param>
    /// <param name="name">The name that servers have for the connection; null if unknown.</param>
    /// <param name="service">The name of the service, which is shown where the name is not known; null if unknown.</param>
    /// <exception cref="ArgumentNullException"><paramref name="events"/> or <paramref name="fallbackId"/> is null.</exception>
    public static IReadOnlyList<FleetRecord> OfJournal(IEnumerable<NatsConnectionEvent> events, string fallbackId, string? name = null, string? service = null)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(fallbackId);
        var records = new List<FleetRecord>();
        foreach (NatsConnectionEvent e in events)
        {
            var connection = new JournalConnection(e.Snapshot.ConnectionId ?? fallbackId) { Name = name, Service = service };
            records.Add(FleetRedaction.Default.Apply(new JournalRecord(connection, JournalEntries.Of(e))));
        }

        return records;
    }

    /// <summary>Whether a line of a file is one of records; a line of a journal is not.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="line"/> is null.</exception>
    public static bool IsRecord(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return RecordLines.IsRecord(line);
    }

    /// <summary>Writes records as JSON lines in UTF-8.</summary>
    /// <param name="records">The records.</param>
    /// <param name="stream">The stream to write to; it stays open.</param>
    /// <param name="cancellationToken">Cancels writing between two lines.</param>
    /// <exception cref="ArgumentNullException"><paramref name="records"/> or <paramref name="stream"/> is null.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task WriteAsync(IEnumerable<FleetRecord> records, Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(stream);
        foreach (string line in RecordLines.Write(records))
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken).ConfigureAwait(false);
        }

        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads records from JSON lines.</summary>
    /// <param name="stream">The stream to read from; it stays open.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="JsonException">A line is not a record, or has another version.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async IAsyncEnumerable<FleetRecord> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var reader = new StreamReader(stream, leaveOpen: true);
        for (int number = 1; await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            if (!RecordLines.TryRead(line, out IReadOnlyList<FleetRecord>? records, out string error))
            {
                throw new JsonException($"Line {number} cannot be read: {error}.");
            }

            foreach (FleetRecord record in records)
            {
                yield return record;
            }
        }
    }
}
