using System.Text;
using Earshot.Fleet.Records;
using Earshot.Fleet.Shipping;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping;

/// <summary>What readers of the stream have: each message as it was stored, and its entries, of which duplicates are dropped by connection and number.</summary>
internal sealed class Receiver
{
    private readonly HashSet<string> _ids = [];

    /// <summary>Payloads in the order of their arrival, duplicates included.</summary>
    public List<byte[]> Payloads { get; } = [];

    public Dictionary<(string Connection, long Sequence), JournalEntry> Entries { get; } = [];

    /// <summary>How often a known number arrived with another content.</summary>
    public int Changed { get; private set; }

    /// <summary>Stores a message. False: its message id is known.</summary>
    public bool Store(FrozenBatch batch) => Store(batch.MsgId, batch.Payload);

    public bool Store(string id, byte[] payload)
    {
        Payloads.Add(payload);
        Assert.True(RecordLines.TryRead(Encoding.UTF8.GetString(payload), out IReadOnlyList<FleetRecord>? records, out string error), error);
        foreach (JournalRecord record in records.Cast<JournalRecord>())
        {
            (string, long) key = (record.Connection.Id, record.Entry.Sequence);
            Changed += Entries.TryGetValue(key, out JournalEntry? known) && known != record.Entry ? 1 : 0;
            Entries[key] = record.Entry;
        }

        return _ids.Add(id);
    }

    public IReadOnlyList<JournalEntry> Of(string connection) => [.. Entries.Where(pair => pair.Key.Connection == connection).Select(pair => pair.Value).OrderBy(entry => entry.Sequence)];

    /// <summary>The number of events that entries stand for.</summary>
    public static long Events(IEnumerable<JournalEntry> entries) => entries.Sum(entry => entry.Kind == NatsEventKind.EventsMissed ? 0 : entry.Events ?? 1);
}
