using System.Text;
using Earshot.JetStream.Publishing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>Acks in the formats of servers; the first five were recorded.</summary>
public sealed class PubAckReaderTests
{
    [Theory]
    [InlineData("""{"stream":"S","seq":1}""", "S", 1, false, null)]
    [InlineData("""{"stream":"S", "seq":1}""", "S", 1, false, null)] // 2.9.10
    [InlineData("""{"stream":"S","seq":18446744073709551615,"duplicate": true}""", "S", ulong.MaxValue, true, null)]
    [InlineData("""{"stream":"S", "seq":1,"duplicate": true}""", "S", 1, true, null)]
    [InlineData("""{"stream":"S","domain":"hub","seq":1}""", "S", 1, false, "hub")]
    [InlineData("""{"stream":"S","seq":1,"domain":"hub","duplicate":true}""", "S", 1, true, "hub")]
    [InlineData("""{ "seq" : 7 , "stream" : "S\u0041" }""", "SA", 7, false, null)]
    public void Ack_is_read_in_any_format(string text, string stream, ulong sequence, bool isDuplicate, string? domain)
    {
        PubAckResponse ack = new PubAckReader().Read(Encoding.UTF8.GetBytes(text))!;
        Assert.Equal((stream, sequence, isDuplicate, domain, null), (ack.Stream, ack.Seq, ack.Duplicate, ack.Domain, ack.Error));
    }

    [Fact]
    public void Counter_batch_and_error_are_read()
    {
        var reader = new PubAckReader();
        Assert.Equal("3", reader.Read("""{"stream":"S","seq":1,"val":"3"}"""u8)!.Value);
        PubAckResponse batch = reader.Read("""{"stream":"S","seq":9,"batch":"b","count":4}"""u8)!;
        Assert.Equal(("b", 4), (batch.Batch, batch.Count));
        Assert.Equal(10071, reader.Read("""{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 5"},"stream":"S","seq":0}"""u8)!.Error!.ErrCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("{\"stream\":\"S\"")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"status\":\"ok\"}")]
    [InlineData("{\"seq\":7}")]
    [InlineData("{\"error\":null}")]
    [InlineData("{\"stream\":\"\",\"seq\":0}")]
    [InlineData("{\"stream\":null,\"seq\":7,\"batch\":\"b\",\"count\":1}")]
    public void Other_text_is_no_ack(string text) => Assert.Null(new PubAckReader().Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Acks_of_one_stream_share_its_name()
    {
        var reader = new PubAckReader();
        Assert.Same(reader.Read("""{"stream":"S","seq":1}"""u8)!.Stream, reader.Read("""{"stream":"S","seq":2}"""u8)!.Stream);
    }
}
