using System.Text;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Earshot.Protocol.Tests;

public class NatsHeadersTests
{
    [Fact]
    public void Names_are_found_whatever_their_case_and_keep_the_case_they_were_given()
    {
        var headers = new NatsHeaders { ["Content-Type"] = "1", ["b"] = "2" };

        Assert.Equal("1", headers["content-TYPE"]);
        Assert.True(headers.ContainsKey("CONTENT-type") && headers.TryGetLastValue("B", out string? last) && last == "2");
        Assert.Throws<ArgumentException>("key", () => headers.Add("CONTENT-TYPE", "3"));
        headers["content-type"] = "4";
        Assert.Equal(["Content-Type", "b"], headers.Keys);
        Assert.True(headers.Remove("CONTENT-TYPE"));
        Assert.Equal(["b"], headers.Keys);
        Assert.Equal(new(["1", "2"]), new NatsHeaders(new Dictionary<string, StringValues> { ["A"] = "1", ["a"] = "2" })["a"]);
    }

    [Fact]
    public void Case_sensitive_names_keep_their_case_and_order()
    {
        var headers = new NatsHeaders(caseSensitive: true) { ["b"] = "1", ["B"] = "2", ["a"] = new[] { "3", "4" } };

        Assert.Equal(["b", "B", "a"], headers.Keys);
        Assert.Equal([new("1"), new("2"), new(["3", "4"])], headers.Values);
        Assert.Equal("1", headers["b"]);
        Assert.Equal("2", headers["B"]);
        Assert.False(headers.ContainsKey("A"));
        Assert.Equal(StringValues.Empty, headers["A"]);
    }

    [Fact]
    public void A_name_is_added_once_and_set_as_often_as_one_likes()
    {
        var headers = new NatsHeaders(1) { { "a", "1" } };

        Assert.Throws<ArgumentException>("key", () => headers.Add("a", "2"));
        headers["a"] = "3";
        headers["b"] = "4";
        Assert.Equal(2, headers.Count);
        Assert.Equal("3", headers["a"]);
        headers["a"] = StringValues.Empty;
        Assert.Equal(["b"], headers.Keys);
    }

    [Fact]
    public void Removing_closes_the_gap()
    {
        var headers = new NatsHeaders { ["a"] = "1", ["b"] = "2", ["c"] = "3" };

        Assert.False(headers.Remove(new KeyValuePair<string, StringValues>("b", "9")));
        Assert.True(headers.Remove(new KeyValuePair<string, StringValues>("b", "2")));
        Assert.False(headers.Remove("b"));
        Assert.Equal(["a", "c"], headers.Select(header => header.Key));
        headers.Clear();
        Assert.Empty(headers);
    }

    [Fact]
    public void The_last_value_is_found()
    {
        var headers = new NatsHeaders(new Dictionary<string, StringValues> { ["a"] = new[] { "1", "2" } });

        Assert.True(headers.TryGetLastValue("a", out string? last));
        Assert.Equal("2", last);
        Assert.False(headers.TryGetLastValue("b", out _));
        Assert.Contains(new KeyValuePair<string, StringValues>("a", new[] { "1", "2" }), headers);
        var copy = new KeyValuePair<string, StringValues>[2];
        headers.CopyTo(copy, 1);
        Assert.Equal("a", copy[1].Key);
    }

    [Fact]
    public void A_name_may_hold_each_printable_ascii_character_but_space_and_colon()
    {
        for (int value = 0; value < 256; value++)
        {
            string name = $"a{(char)value}b";
            bool allowed = value is > 32 and < 127 and not ':';
            foreach (Action add in Writers(name, "x"))
            {
                Assert.Equal(allowed, Record(add) is null);
            }
        }

        Assert.All(Writers(string.Empty, "x"), add => Assert.IsType<NatsInvalidHeaderException>(Record(add)));
        Assert.Throws<ArgumentNullException>(() => new NatsHeaders().Add(null!, "x"));
    }

    [Fact]
    public void A_value_may_hold_each_character_but_those_that_end_a_line()
    {
        for (int value = 0; value < 256; value++)
        {
            bool allowed = value is not ('\r' or '\n' or 0);
            foreach (string? text in new[] { $"a{(char)value}b", $"{(char)value}", $"ab{(char)value}" })
            {
                Assert.All(Writers("a", text), add => Assert.Equal(allowed, Record(add) is null));
                Assert.All(Writers("a", new[] { "x", text }), add => Assert.Equal(allowed, Record(add) is null));
            }
        }
    }

    [Fact]
    public void A_value_with_half_of_a_surrogate_pair_is_refused()
    {
        foreach (string? text in new[] { "\ud83d", "a\ude00", "\ude00\ud83d", "\ud83dx\ude00" })
        {
            Assert.All(Writers("a", text), add => Assert.IsType<NatsInvalidHeaderException>(Record(add)));
        }

        Assert.All(Writers("a", "x\ud83d\ude00y\ud83d\ude00"), add => Assert.Null(Record(add)));
    }

    [Fact]
    public void Headers_that_are_sent_repeatedly_are_encoded_once()
    {
        var headers = new NatsHeaders { ["A"] = "one", ["B"] = "ü" };
        const string Block = "NATS/1.0\r\nA: one\r\nB: ü\r\n\r\n";

        Assert.Equal([Block, Block, Block], [Sent(headers), Sent(headers), Sent(headers)]);
        Assert.Equal(Block, Encoding.UTF8.GetString(headers.UnchangedBlock));
        headers["B"] = "two";
        Assert.True(headers.UnchangedBlock.IsEmpty);
        Assert.Equal("NATS/1.0\r\nA: one\r\nB: two\r\n\r\n", Sent(headers));
        Assert.True(headers.UnchangedBlock.IsEmpty); // they may change before each message
        Assert.True(headers.Remove("B"));
        Assert.Equal("NATS/1.0\r\nA: one\r\n\r\n", Sent(headers));
        Assert.Equal("NATS/1.0\r\nA: one\r\n\r\n", Sent(headers.Copy()));
        headers.Clear();
        Assert.Equal("NATS/1.0\r\n\r\n", Sent(headers));
        headers.Add("C", "3");
        Assert.Equal("NATS/1.0\r\nC: 3\r\n\r\n", Sent(headers));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_value_in_an_array_is_encoded_each_time_because_the_array_may_change(int count)
    {
        string[] values = [.. Enumerable.Repeat("x", count)];
        var headers = new NatsHeaders { ["First"] = "1", ["A"] = new StringValues(values) };
        _ = (Sent(headers), Sent(headers), Sent(headers));

        values[0] = "changed";

        Assert.StartsWith("NATS/1.0\r\nFirst: 1\r\nA: changed\r\n", Sent(headers), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1024, true)]
    [InlineData(1025, false)]
    public void Only_blocks_up_to_1024_bytes_are_kept(int size, bool isKept)
    {
        var headers = new NatsHeaders { ["A"] = new string('x', size - "NATS/1.0\r\nA: \r\n\r\n".Length) };
        string first = Sent(headers);
        Assert.Equal((size, first), (first.Length, Sent(headers)));
        Assert.Equal(isKept, !headers.UnchangedBlock.IsEmpty);
    }

    [Fact]
    public void A_name_without_a_value_has_an_empty_line_and_no_last_value()
    {
        var headers = new NatsHeaders { { "A", StringValues.Empty }, { "B", new StringValues((string?)null) } };
        Assert.Equal("NATS/1.0\r\nA: \r\nB: \r\n\r\n", Sent(headers));
        Assert.False(headers.TryGetLastValue("A", out string? value));
        Assert.Null(value);
        Assert.False(headers.TryGetUtf8Value("A", out ReadOnlySpan<byte> utf8));
        Assert.True(utf8.IsEmpty);
    }

    [Fact]
    public void Without_a_source_the_collection_is_empty()
    {
        var headers = new NatsHeaders((Dictionary<string, StringValues>?)null!);
        Assert.Empty(headers);
        headers["A"] = "1";
        Assert.Equal("NATS/1.0\r\nA: 1\r\n\r\n", Sent(headers));
    }

    private static string Sent(NatsHeaders headers)
    {
        byte[] block = new byte[HeaderCodec.Measure(headers)];
        Assert.Equal(block.Length, HeaderCodec.Write(headers, block));
        return Encoding.UTF8.GetString(block);
    }

    private static Action[] Writers(string name, StringValues value) =>
    [
        () => new NatsHeaders().Add(name, value),
        () => new NatsHeaders().Add(new KeyValuePair<string, StringValues>(name, value)),
        () => new NatsHeaders()[name] = value,
        () => _ = new NatsHeaders(new Dictionary<string, StringValues> { [name] = value }),
    ];

    private static Exception? Record(Action action) => Xunit.Record.Exception(action);
}
