using System.Text.Json;
using Earshot.Fleet.Records;
using Earshot.Fleet.Streams;

namespace Earshot.Fleet.Collecting;

/// <summary>A record that waits for its acknowledgement. Its bytes are made once, so that every attempt sends the same.</summary>
internal sealed class HeldRecord(ServerRecord record, string messageId, DateTimeOffset since)
{
    private const int Overhead = 256; // the object, its place in a list, and the text of its id

    public ServerRecord Record { get; } = record;

    public string MessageId { get; } = messageId;

    /// <summary>When it was made. A record that is older than the duplicate window may be stored already, by another collector or an earlier attempt.</summary>
    public DateTimeOffset Since { get; } = since;

    public string Subject { get; } = FleetSubjects.Server(record.Server.Id, record.Kind);

    public byte[] Body { get; } = JsonSerializer.SerializeToUtf8Bytes(record, FleetJson.Default.ServerRecord);

    public int Size => Body.Length + Subject.Length + Overhead;

    /// <summary>When the last attempt began; null before the first.</summary>
    public DateTimeOffset? LastAttempt { get; set; }

    /// <summary>Whether it can be left out: the next one of its kind says the same.</summary>
    public bool IsRepeated => Record.Kind is ServerRecordKind.Stats or ServerRecordKind.Seen or ServerRecordKind.Open;

    /// <summary>Whether it says that a server is silent or back: only true until another collector has said the same.</summary>
    public bool IsSilenceMark => Record.Kind is ServerRecordKind.Silent or ServerRecordKind.Back;
}
