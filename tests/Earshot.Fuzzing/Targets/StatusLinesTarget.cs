using Earshot.Fuzzing.Engine;
using Earshot.JetStream.Consuming;
using Earshot.KeyValueStore.Entries;
using Earshot.Protocol;

namespace Earshot.Fuzzing.Targets;

/// <summary>The statuses of pull requests, and the headers of stored entries, which are read without strings.</summary>
internal sealed class StatusLinesTarget : IFuzzTarget
{
    public string Name => "status-lines";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of(
        "NATS/1.0 409 Exceeded MaxRequestBatch of 2\r\nNats-Pending-Messages: 7\r\nNats-Pending-Bytes: 140\r\n\r\n",
        "NATS/1.0 100 Idle Heartbeat\r\nNats-Last-Consumer: 12\r\nNats-Last-Stream: 18446744073709551\r\n\r\n",
        "NATS/1.0\r\nNats-Sequence: 7\r\nNats-Time-Stamp: 2026-11-28T12:13:14.5Z\r\nNats-Subject: $KV.b.k\r\nKV-Operation: DEL\r\nNats-Marker-Reason: MaxAge\r\n\r\n");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        "NATS/1.0 ", "\r\n", "408 Request Timeout", "409 Leadership Change", "423 Nats-Wrong-Pin-Id", "503", "Nats-Pending-Messages: ", "Nats-Time-Stamp: ", "2026-11-28T12:13:14Z", "9999-12-31T23:59:59.", "KV-Operation: PURGE", "Nats-Sequence: ", "Nats-Pin-Id: ");

    public void Run(ReadOnlySpan<byte> input)
    {
        bool isStatus = StatusLine.TryRead(input, out PullStatus status);
        Finding.Unless(!isStatus || status.Code is >= 0 and <= 999, "A status has more than three digits.");
        Finding.Unless(!isStatus || (status.PendingMsgs >= -1 && status.PendingBytes >= -1), "A pending amount is negative.");
        HeaderCodec.TryReadStatus(input, out _);
        EntryHeaders.Read(input);
        PinHeader.TryReadNew(input, "pin", out _);
    }
}
