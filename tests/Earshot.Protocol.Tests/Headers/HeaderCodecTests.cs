using System.Text;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Earshot.Protocol.Tests;

public class HeaderCodecTests
{
    private const string First = "The first line is not NATS/1.0 with an optional status.";
    private const string Colon = "A header line has no colon after its name.";
    private const string End = "The block does not end with a blank line.";
    private const string Behind = "Data follows the terminating blank line.";

    public static TheoryData<string, string, string> Unreadable => new()
    {
        { "P50", "", First },
        { "P51", "NATS", First },
        { "P52", "BOGUS/9.9\r\n\r\n", First },
        { "P53 1.1", "NATS/1.1\r\n\r\n", First },
        { "P53 2.0", "NATS/2.0\r\n\r\n", First },
        { "P54", "NATS/1.0\r\nK v\r\n\r\n", Colon },
        { "P55", "NATS/1.0\r\n: v\r\n\r\n", Colon },
        { "P56", "NATS/1.0\r\nK : v\r\n\r\n", Colon },
        { "P56 tab", "NATS/1.0\r\nK\t: v\r\n\r\n", Colon },
        { "P56 folded", "NATS/1.0\r\nK: v\r\n w: x\r\n\r\n", Colon },
        { "P56 folded by a tab", "NATS/1.0\r\nK: v\r\n\tw: x\r\n\r\n", Colon },
        { "P57", "NATS/1.0\r\nK: v\r\n", End },
        { "P57 no line end", "NATS/1.0\r\nK: v", End },
        { "P57 only version", "NATS/1.0\r\n", End },
        { "P57 more behind", "NATS/1.0\r\n\r\nK: v\r\n\r\n", Behind },
        { "P57 one byte behind", "NATS/1.0\r\n\r\nx", Behind },
        { "P60 glued", "NATS/1.0503 x\r\n\r\n", First },
        { "P60 long", "NATS/1.0 9999999999\r\n\r\n", First },
        { "P60 four", "NATS/1.0 5030\r\n\r\n", First },
        { "P60 letters", "NATS/1.0 5a3\r\n\r\n", First },
        { "P60 short", "NATS/1.0 50\r\n\r\n", First },
        { "P60 sign", "NATS/1.0 -50\r\n\r\n", First },
        { "LF lines", "NATS/1.0\nK: v\n\n", First },
    };

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void An_unreadable_block_keeps_its_bytes_in_the_exception_and_says_what_is_wrong(string row, string block, string fault)
    {
        byte[] bytes = OperationFeed.Bytes(block);

        NatsHeaderParseException exception = Assert.Throws<NatsHeaderParseException>(() => HeaderCodec.Parse(bytes));

        Assert.Equal(bytes, exception.RawData);
        Assert.Equal(fault, Assert.IsType<FormatException>(exception.InnerException).Message);
        Assert.Equal($"The message headers are malformed: {fault}", exception.Message);
        Assert.NotEmpty(row);
    }

    [Fact]
    public void P58_a_lone_line_feed_or_carriage_return_does_not_end_a_value()
    {
        NatsHeaders headers = Parse("NATS/1.0\r\nA: x\nB: y\r\nC: 1\rD: 2\r\n\r\n");

        Assert.Equal(["A", "C"], headers.Keys);
        Assert.Equal("x\nB: y", headers["A"]);
        Assert.Equal("1\rD: 2", headers["C"]);
    }

    [Fact]
    public void P58_received_line_breaks_are_not_sent_on()
    {
        Assert.Throws<NatsInvalidHeaderException>(() => HeaderCodec.Measure(Parse("NATS/1.0\r\nA: x\nB: y\r\n\r\n")));
        Assert.Throws<NatsInvalidHeaderException>(() => HeaderCodec.Measure(Parse("NATS/1.0\r\nA b: x\r\n\r\n")));
        Assert.Throws<NatsInvalidHeaderException>(() => HeaderCodec.Measure(Parse("NATS/1.0\r\nA: \0\r\n\r\n")));
        Assert.Equal("NATS/1.0\r\nA:x\r\n\r\n", Write(Parse("NATS/1.0 503 No\r\nA:x\r\n\r\n")));
    }

    [Theory]
    [InlineData("NATS/1.0\r\nA: 1\r\na:2\r\nB:  3 \r\nA:4\r\n\r\n")]
    [InlineData("NATS/1.0\r\nX:\xe9\xff\r\n\r\n")]
    [InlineData("NATS/1.0\r\n\r\n")]
    public void Received_headers_that_were_not_changed_are_sent_on_byte_for_byte(string block)
    {
        byte[] bytes = OperationFeed.Bytes(block);
        NatsHeaders untouched = HeaderCodec.Parse(bytes), looked = HeaderCodec.Parse(bytes);
        Assert.Equal(block.Contains("a:2", StringComparison.Ordinal) ? 3 : 0, looked["a"].Count);
        _ = looked.Keys;
        foreach (NatsHeaders headers in new[] { untouched, looked, looked.Copy() })
        {
            byte[] sent = new byte[HeaderCodec.Measure(headers)];
            Assert.Equal(sent.Length, HeaderCodec.Write(headers, sent));
            Assert.Equal(bytes, sent);
        }
    }

    [Fact]
    public void Received_headers_that_were_changed_are_encoded_again_and_a_copy_does_not_change_with_them()
    {
        NatsHeaders headers = Parse("NATS/1.0\r\nA:1\r\na:2\r\n\r\n");
        NatsHeaders copy = headers.Copy();
        headers["b"] = "3";
        NatsHeaders second = headers.Copy();
        headers.Remove("A");

        Assert.Equal("NATS/1.0\r\nb: 3\r\n\r\n", Write(headers));
        Assert.Equal("NATS/1.0\r\nA: 1\r\nA: 2\r\nb: 3\r\n\r\n", Write(second));
        Assert.Equal("NATS/1.0\r\nA:1\r\na:2\r\n\r\n", Write(copy));
    }

    [Fact]
    public void Received_names_are_compared_by_case_where_that_is_requested()
    {
        NatsHeaders headers = HeaderCodec.Parse(OperationFeed.Bytes("NATS/1.0\r\nA: 1\r\na: 2\r\n\r\n"), isCaseSensitive: true);
        Assert.Equal(["A", "a"], headers.Keys);
        Assert.Equal("2", headers["a"]);
    }

    [Fact]
    public void P59_a_block_has_limits_of_lines_and_bytes()
    {
        static string Lines(int count) => "NATS/1.0\r\n" + string.Concat(Enumerable.Range(0, count).Select(i => $"k: {i}\r\n")) + "\r\n";
        const int Overhead = 10 + 3 + 4;

        Assert.Equal(1024, Parse(Lines(1024))["k"].Count);
        Assert.Equal("There are too many lines.", Assert.Throws<NatsHeaderParseException>(() => Parse(Lines(1025))).InnerException!.Message);
        Assert.Throws<NatsHeaderParseException>(() => Parse(Lines(100_000)));
        Assert.Single(Parse("NATS/1.0\r\nk: " + new string('v', (1024 * 1024) - Overhead) + "\r\n\r\n"));
        NatsHeaderParseException large = Assert.Throws<NatsHeaderParseException>(() => Parse("NATS/1.0\r\nk: " + new string('v', (1024 * 1024) - Overhead + 1) + "\r\n\r\n"));
        Assert.Equal("The block is too large.", large.InnerException!.Message);
    }

    [Theory]
    [InlineData("503", 503, "", NatsHeaders.Messages.Text)]
    [InlineData("503 x", 503, "x", NatsHeaders.Messages.Text)]
    [InlineData("404 No Messages", 404, "No Messages", NatsHeaders.Messages.NoMessages)]
    [InlineData("100 Idle Heartbeat", 100, "Idle Heartbeat", NatsHeaders.Messages.IdleHeartbeat)]
    [InlineData("400 Bad Request", 400, "Bad Request", NatsHeaders.Messages.BadRequest)]
    [InlineData("408 Request Timeout", 408, "Request Timeout", NatsHeaders.Messages.RequestTimeout)]
    [InlineData("408 Requests Pending", 408, "Requests Pending", NatsHeaders.Messages.RequestsPending)]
    [InlineData("409 Consumer Deleted", 409, "Consumer Deleted", NatsHeaders.Messages.ConsumerDeleted)]
    [InlineData("409 Consumer is push based", 409, "Consumer is push based", NatsHeaders.Messages.ConsumerIsPushBased)]
    [InlineData("409 Message Size Exceeds MaxBytes", 409, "Message Size Exceeds MaxBytes", NatsHeaders.Messages.MessageSizeExceedsMaxBytes)]
    public void P60_a_status_line_is_read(string status, int code, string text, NatsHeaders.Messages message)
    {
        string block = $"NATS/1.0 {status}\r\nNats-Subject: foo\r\n\r\n";
        NatsHeaders headers = Parse(block);

        Assert.Equal((1, code, text, message), (headers.Version, headers.Code, headers.MessageText, headers.Message));
        Assert.Equal("foo", headers["Nats-Subject"]);
        Assert.Null(headers.Error);
        Assert.True(HeaderCodec.TryReadStatus(OperationFeed.Bytes(block), out int quick));
        Assert.Equal(code, quick);
    }

    [Theory]
    [InlineData("")]
    [InlineData("NATS/1.0 503")]
    [InlineData("NATS/1.0\r\n\r\n")]
    [InlineData("NATS/1.0\r\nA: 503 \r\n\r\n")]
    [InlineData("NATS/1.0503 x\r\n\r\n")]
    [InlineData("NATS/1.0 5030\r\n\r\n")]
    [InlineData("NATS/1.0 5a3 x\r\n\r\n")]
    [InlineData("NATS/1.1 503 x\r\n\r\n")]
    public void A_block_without_a_status_has_none(string block) =>
        Assert.False(HeaderCodec.TryReadStatus(OperationFeed.Bytes(block), out _));

    [Fact]
    public void P62_bytes_that_are_no_utf8_are_replaced_and_the_replacement_is_reported()
    {
        NatsHeaders headers = Parse("NATS/1.0\r\nA: x\u00ffy\r\n\r\n");

        Assert.Equal("x\ufffdy", headers["A"]);
        Assert.True(headers.HasReplacedBytes);
        Assert.False(Parse("NATS/1.0\r\nA: x\r\n\r\n").HasReplacedBytes);
    }

    [Fact]
    public void P63_equal_names_become_a_list_under_the_case_of_the_first()
    {
        NatsHeaders headers = Parse("NATS/1.0\r\nA: 1\r\na: 2\r\nA: 3\r\n\r\n");

        Assert.Equal(["A"], headers.Keys);
        Assert.Equal(new StringValues(["1", "2", "3"]), headers["a"]);
    }

    [Fact]
    public void Space_around_a_value_is_optional_and_not_part_of_it()
    {
        NatsHeaders headers = Parse("NATS/1.0\r\nA:1\r\nB:  2 \t\r\nC:\r\nD: a:b\r\n\r\n");

        Assert.Equal(["1", "2", "", "a:b"], headers.Values.Select(value => value.ToString()));
    }

    [Fact]
    public void Headers_are_written_one_line_per_value()
    {
        var headers = new NatsHeaders(caseSensitive: true) { ["Bar"] = "Baz", ["bar"] = new[] { "1", "" }, ["Empty"] = new string?[] { null } };

        Assert.Equal("NATS/1.0\r\nBar: Baz\r\nbar: 1\r\nbar: \r\nEmpty: \r\n\r\n", Write(headers));
        Assert.Equal("NATS/1.0\r\n\r\n", Write([]));
        Assert.Equal(headers.GetBytesLength(), Write(headers).Length);
    }

    [Fact]
    public void A15_values_that_are_no_ascii_round_trip()
    {
        var headers = new NatsHeaders { ["a"] = "h\u00e9 \u20ac \ud83d\ude00" };
        byte[] block = new byte[HeaderCodec.Measure(headers)];

        Assert.Equal(block.Length, HeaderCodec.Write(headers, block));
        Assert.Equal(headers["a"], HeaderCodec.Parse(block)["a"]);
    }

    [Fact]
    public void A_block_with_one_byte_changed_is_read_or_refused()
    {
        byte[] original = "NATS/1.0 503 No\r\nA: b\r\nC: d\r\n\r\n"u8.ToArray();
        int read = 0;
        for (int position = 0; position < original.Length; position++)
        {
            for (int value = 0; value < 256; value++)
            {
                byte[] mutated = (byte[])original.Clone();
                mutated[position] = (byte)value;
                try
                {
                    HeaderCodec.Parse(mutated);
                    read++;
                }
                catch (NatsHeaderParseException exception)
                {
                    Assert.Equal(mutated, exception.RawData);
                }
            }
        }

        Assert.InRange(read, original.Length, original.Length * 255);
    }

    private static NatsHeaders Parse(string latin1) => HeaderCodec.Parse(OperationFeed.Bytes(latin1));

    private static string Write(NatsHeaders headers)
    {
        byte[] block = new byte[HeaderCodec.Measure(headers)];
        Assert.Equal(block.Length, HeaderCodec.Write(headers, block));
        return Encoding.UTF8.GetString(block);
    }
}
