using System.Text;
using Earshot.Fuzzing.Engine;
using Earshot.JetStream;
using Earshot.JetStream.Consuming;
using Earshot.JetStream.Publishing;

namespace Earshot.Fuzzing.Targets;

/// <summary>The reply subjects of deliveries, and the acks of publishes.</summary>
internal sealed class AckSubjectsTarget : IFuzzTarget
{
    private readonly PubAckReader _acks = new();
    private AckOrigin? _known; // of the last subject, as a running read has it

    public string Name => "ack-subjects";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of(
        "$JS.ACK.ORDERS.worker.3.1234.5678.1732752000123456789.42",
        "$JS.ACK.hub.Xy7hash.ORDERS.worker.3.1234.5678.1732752000123456789.42.tail",
        """{"stream":"S","seq":1,"domain":"hub","duplicate": true}""",
        """{"error":{"code":400,"err_code":10071,"description":"no"},"stream":"S","seq":0}""");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of("$JS.ACK.", "_", ".", "..", "18446744073709551615", "\"seq\":", "\"stream\":\"", "\"duplicate\": true", "\"domain\":", "\"batch\":", "\"count\":", "\"val\":", "\"error\":{", "}", ",", " ");

    public void Run(ReadOnlySpan<byte> input)
    {
        if (AckSubject.TryRead(input, null, out AckSubject parts))
        {
            string written = parts.ToString();
            Finding.Unless(AckSubject.TryRead(Encoding.UTF8.GetBytes(written), null, out AckSubject again) && again.StreamSeq == parts.StreamSeq && again.Pending == parts.Pending, "What was written is not read.");
            Finding.Unless(AckSubject.TryRead(input, parts.Origin, out AckSubject known) && known.ConsumerSeq == parts.ConsumerSeq, "With its known prefix it is not read.");
        }

        bool isRead = AckSubject.TryRead(input, _known, out AckSubject withOther);
        Finding.Unless(!isRead || AckSubject.TryRead(input, null, out _), "It is read only with the prefix of another one.");
        _known = isRead ? withOther.Origin : _known;
        PubAckResponse? ack = _acks.Read(input);
        Finding.Unless(ack?.Seq == new PubAckReader().Read(input)?.Seq, "An ack depends on the one before it.");
    }
}
