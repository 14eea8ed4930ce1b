using System.Text;
using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Reply subjects of deliveries in both formats of ADR-15.</summary>
public sealed class AckSubjectTests
{
    private const string Old = "$JS.ACK.ORDERS.worker.3.1234.5678.1732752000123456789.42";
    private const string New = "$JS.ACK.hub.Xy7hash.ORDERS.worker.3.1234.5678.1732752000123456789.42";

    [Theory]
    [InlineData(Old, "")]
    [InlineData(New, "hub")]
    [InlineData("$JS.ACK._.Xy7hash.ORDERS.worker.3.1234.5678.1732752000123456789.42.tail", "")]
    [InlineData("$JS.ACK.hub.Xy7hash.ORDERS.worker.3.1234.5678.1732752000123456789.42.a.b.c.d.e", "hub")]
    public void V2_ack_subjects_are_read(string subject, string domain)
    {
        Assert.True(AckSubject.TryRead(Encoding.UTF8.GetBytes(subject), null, out AckSubject parts));
        Assert.Equal((3UL, 1234UL, 5678UL, 1732752000123456789L, 42UL), (parts.Delivered, parts.StreamSeq, parts.ConsumerSeq, parts.Time, parts.Pending));
        Assert.Equal(("ORDERS", "worker", domain), (parts.Origin.Stream, parts.Origin.Consumer, parts.Origin.Domain));
        Assert.Equal(subject, parts.ToString());
    }

    [Fact]
    public void Messages_of_one_consumer_share_the_prefix()
    {
        Assert.True(AckSubject.TryRead(Encoding.UTF8.GetBytes(Old), null, out AckSubject first));
        Assert.True(AckSubject.TryRead("$JS.ACK.ORDERS.worker.1.1235.5679.1732752000123456790.0"u8, first.Origin, out AckSubject second));
        Assert.Same(first.Origin, second.Origin);
        Assert.True(AckSubject.TryRead("$JS.ACK.ORDERS.worker2.1.1235.5679.1732752000123456790.0"u8, first.Origin, out AckSubject other));
        Assert.Equal("worker2", other.Origin.Consumer);
    }

    [Theory]
    [InlineData("$JS.ACK.ORDERS.worker.3.1234.5678.1732752000123456789")]
    [InlineData("$JS.ACK.ORDERS.worker.3.1234.5678.1732752000123456789.42.1")]
    [InlineData("$JS.ACK.ORDERS.worker.x.1234.5678.1732752000123456789.42")]
    [InlineData("$JS.ACK.ORDERS.worker.3.1234.5678.1732752000123456789.")]
    [InlineData("$JS.ACK.ORDERS.worker.3.1234.5678.1732752000123456789.42.")]
    [InlineData("$JS.FC.ORDERS.worker.Qa1z")]
    [InlineData("_INBOX.a.b")]
    [InlineData("")]
    public void Other_subjects_are_not_read(string subject)
    {
        Assert.True(AckSubject.TryRead("$JS.ACK.ORDERS.worker.3.1234.5678.1732752000123456789.42"u8, null, out AckSubject known));
        Assert.False(AckSubject.TryRead(Encoding.UTF8.GetBytes(subject), null, out _));
        Assert.False(AckSubject.TryRead(Encoding.UTF8.GetBytes(subject), known.Origin, out _));
    }

    [Fact]
    public void Message_keeps_sequences_beyond_32_bits_although_it_holds_only_their_low_halves()
    {
        string subject = "$JS.ACK.S.C.1.25769803777.12884901888.1732752000123456789.0"; // 6 and 3 times 2^32, and 1 and 0
        Assert.True(AckSubject.TryRead(Encoding.UTF8.GetBytes(subject), null, out AckSubject parts));
        var source = AckSource.Of(null!, parts, null!);
        var msg = new ReceivedMsg<string>(default, 1, source, parts, 0);

        Assert.Equal((25769803777UL, 12884901888UL), (msg.Metadata!.Value.Sequence.Stream, msg.Metadata.Value.Sequence.Consumer));
        Assert.Equal(subject, msg.ReplyTo);
        Assert.True(source.Fits(parts with { StreamSeq = parts.StreamSeq + 5 }));
        Assert.False(source.Fits(parts with { StreamSeq = 7UL << 32 }));
        Assert.False(source.Fits(parts with { ConsumerSeq = 4UL << 32 }));
    }

    [Fact]
    public void Largest_numbers_are_written_unchanged()
    {
        string subject = $"$JS.ACK.S.C.{ulong.MaxValue}.{ulong.MaxValue}.{ulong.MaxValue}.{long.MaxValue}.{ulong.MaxValue}";
        Assert.True(AckSubject.TryRead(Encoding.UTF8.GetBytes(subject), null, out AckSubject parts));
        Assert.Equal(subject, parts.ToString());
    }
}
