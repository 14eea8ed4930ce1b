using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>Header blocks to the byte: what is shared, kept, counted and checked again.</summary>
public class HeaderBlockTests
{
    private const string Name = "The name of a received header cannot be sent: it must be one or more printable ASCII characters other than space and colon.";
    private const string Value = "The value of a received header cannot be sent: it must not contain CR, LF or NUL.";
    private const string OwnName = "A header name must be one or more printable ASCII characters other than space and colon.";
    private const string OwnValue = "A header value must not contain CR, LF, NUL or a lone surrogate.";

    [Fact]
    public void Equal_blocks_that_follow_each_other_share_their_bytes_up_to_1024()
    {
        foreach ((int length, bool isShared) in new[] { (16, true), (1023, true), (1024, true), (1025, false) })
        {
            byte[] bytes = OperationFeed.Bytes($"NATS/1.0\r\nk:{new string('v', length - 16)}\r\n\r\n");
            Assert.Equal(length, bytes.Length);
            ReadOnlySpan<byte> first = HeaderCodec.Parse(bytes).UnchangedBlock, second = HeaderCodec.Parse(bytes).UnchangedBlock;
            Assert.True(first.SequenceEqual(bytes) && second.SequenceEqual(bytes));
            Assert.Equal(isShared, Unsafe.AreSame(ref MemoryMarshal.GetReference(first), ref MemoryMarshal.GetReference(second)));
        }

        ReadOnlySpan<byte> other = Parse("NATS/1.0\r\nB: 1\r\n\r\n").UnchangedBlock;
        Assert.True(other.SequenceEqual("NATS/1.0\r\nB: 1\r\n\r\n"u8));
    }

    [Fact]
    public void A_large_block_does_not_replace_the_one_that_is_shared()
    {
        ReadOnlySpan<byte> before = Parse("NATS/1.0\r\nC: 1\r\n\r\n").UnchangedBlock;
        Parse($"NATS/1.0\r\nC: {new string('v', 2000)}\r\n\r\n");
        ReadOnlySpan<byte> after = Parse("NATS/1.0\r\nC: 1\r\n\r\n").UnchangedBlock;
        Assert.True(Unsafe.AreSame(ref MemoryMarshal.GetReference(before), ref MemoryMarshal.GetReference(after)));
    }

    [Theory]
    [InlineData("NATS/1.0 503\r\n", true)]
    [InlineData("NATS/1.0 503 \r", true)]
    [InlineData("NATS/1.0 503\r", false)]
    [InlineData("NATS/1.0 503\t\n", false)]
    [InlineData("NATS/1.0\t503\r\n", false)]
    [InlineData("NATS/1.0 50x\r\n", false)]
    public void A_status_is_seen_in_the_first_fourteen_bytes(string block, bool isStatus)
    {
        Assert.Equal(isStatus, HeaderCodec.TryReadStatus(OperationFeed.Bytes(block), out int code) && code == 503);
    }

    [Theory]
    [InlineData("NATS/1.0\r\n\r\n", 0, "")]
    [InlineData("NATS/1.0 \r\n\r\n", 0, "")]
    [InlineData("NATS/1.0 \t \r\n\r\n", 0, "")]
    [InlineData("NATS/1.0\t503\r\n\r\n", 503, "")]
    [InlineData("NATS/1.0  503\t x y \t\r\n\r\n", 503, "x y")]
    [InlineData("NATS/1.0 503 \r\n\r\n", 503, "")]
    [InlineData("NATS/1.0 000 a\r\n\r\n", 0, "a")]
    public void A_status_may_be_missing_and_is_trimmed(string block, int code, string text)
    {
        NatsHeaders headers = Parse(block);
        Assert.Equal((code, text, NatsHeaders.Messages.Text, 0), (headers.Code, headers.MessageText, headers.Message, headers.Count));
    }

    [Fact]
    public void Status_and_entries_of_new_headers_are_empty()
    {
        NatsHeaders headers = [];
        Assert.Equal((1, 0, "", NatsHeaders.Messages.Text, 0), (headers.Version, headers.Code, headers.MessageText, headers.Message, headers.Count));
        Assert.False(headers.IsReadOnly || headers.IsUnchecked || headers.HasReplacedBytes);
        Assert.True(headers.UnchangedBlock.IsEmpty);
        Assert.Null(headers.Error);
        Assert.Null(headers.Source);
        Assert.Equal((0, 0), (headers.Keys.Count, headers.Values.Count));
    }

    [Theory]
    [InlineData("NATS/1.0\r\nA\u00ff: 1\r\n\r\n")]
    [InlineData("NATS/1.0 503 x\u00ff\r\n\r\n")]
    [InlineData("NATS/1.0\r\nA: 1\r\nB: \u00c3\r\n\r\n")]
    public void Bytes_that_are_no_UTF8_are_noticed_wherever_they_are(string block) => Assert.True(Parse(block).HasReplacedBytes);

    [Fact]
    public void Lines_that_are_encoded_already_follow_the_headers()
    {
        var headers = new NatsHeaders { ["A"] = "1" };
        foreach ((NatsHeaders? before, string block) in new[]
        {
            (null, "NATS/1.0\r\nX: y\r\n\r\n"), (headers, "NATS/1.0\r\nA: 1\r\nX: y\r\n\r\n"), (Parse("NATS/1.0 100 Z\r\nB:2\r\n\r\n"), "NATS/1.0\r\nB:2\r\nX: y\r\n\r\n"),
        })
        {
            byte[] bytes = new byte[HeaderCodec.Measure(before, "X: y\r\n"u8)];
            Assert.Equal(bytes.Length, HeaderCodec.Write(before, "X: y\r\n"u8, bytes));
            Assert.Equal(block, Encoding.UTF8.GetString(bytes));
        }
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\n")]
    [InlineData("\0")]
    public void A_value_whose_array_was_modified_is_refused_when_it_is_written(string end)
    {
        string?[] values = ["1", "ab"];
        var headers = new NatsHeaders { ["A"] = values };
        values[1] = "a" + end;
        NatsInvalidHeaderException refused = Assert.Throws<NatsInvalidHeaderException>(() => HeaderCodec.Write(headers, new byte[100]));
        Assert.Equal(("A header value contains CR, LF or NUL; its array was modified after it was added. (Parameter 'value')", "value"), (refused.Message, refused.ParamName));
    }

    [Theory]
    [InlineData("NATS/1.0\r\nA b: x\r\n\r\n", Name)]
    [InlineData("NATS/1.0\r\nA\u00ff: x\r\n\r\n", Name)]
    [InlineData("NATS/1.0\r\nA: 1\r\nB: x\ny\r\n\r\n", Value)]
    [InlineData("NATS/1.0\r\nA: x\ry\r\nB: 1\r\n\r\n", Value)]
    [InlineData("NATS/1.0\r\nA: \0\r\n\r\n", Value)]
    public void What_cannot_be_sent_on_is_refused_with_its_cause_also_after_a_change(string block, string cause)
    {
        NatsHeaders headers = Parse(block);
        Assert.StartsWith(cause, Assert.Throws<NatsInvalidHeaderException>(() => HeaderCodec.Measure(headers)).Message, StringComparison.Ordinal);
        NatsHeaders copy = headers.Copy();
        headers["new"] = "1";
        foreach (NatsHeaders changed in new[] { headers, headers.Copy() })
        {
            NatsInvalidHeaderException refused = Assert.Throws<NatsInvalidHeaderException>(() => HeaderCodec.Measure(changed));
            Assert.StartsWith(cause == Name ? OwnName : OwnValue, refused.Message, StringComparison.Ordinal);
            Assert.Equal("headers", refused.ParamName);
        }

        Assert.Throws<NatsInvalidHeaderException>(() => HeaderCodec.Measure(copy));
    }

    [Fact]
    public void Names_and_values_of_the_application_are_refused_with_their_cause()
    {
        NatsInvalidHeaderException name = Assert.Throws<NatsInvalidHeaderException>(() => new NatsHeaders().Add("a b", "1"));
        Assert.Equal(($"{OwnName} (Parameter 'key')", "key"), (name.Message, name.ParamName));
        NatsInvalidHeaderException value = Assert.Throws<NatsInvalidHeaderException>(() => new NatsHeaders()["a"] = "\n");
        Assert.Equal(($"{OwnValue} (Parameter 'value')", "value"), (value.Message, value.ParamName));
        Assert.Equal("The header 'A' already exists. (Parameter 'key')", Assert.Throws<ArgumentException>(() => new NatsHeaders { ["a"] = "1" }.Add("A", "2")).Message);
        Assert.Throws<ArgumentNullException>("key", () => new NatsHeaders().ContainsKey(null!));
        Assert.Throws<ArgumentNullException>("key", () => new NatsHeaders()[null!] = "1");
        Assert.Throws<ArgumentNullException>("array", () => new NatsHeaders().CopyTo(null!, 0));
    }

    [Fact]
    public void A_block_stays_as_it_was_received_until_something_changes()
    {
        Assert.False(Parse("NATS/1.0\r\nA:1\r\n\r\n").Remove("B"));
        Unchanged(static headers => headers.Remove("B"));
        Unchanged(static headers => Assert.Throws<ArgumentException>(() => headers.Add("a", "2")));
        Unchanged(static headers => headers.Remove(new KeyValuePair<string, StringValues>("A", "2")));
        Assert.Equal("NATS/1.0\r\nA: 1\r\n\r\n", Changed(static headers => headers["B"] = StringValues.Empty));
        Assert.Equal("NATS/1.0\r\nA: 2\r\n\r\n", Changed(static headers => headers["a"] = "2"));
        Assert.Equal("NATS/1.0\r\nA: 1\r\nB: 2\r\n\r\n", Changed(static headers => headers.Add("B", "2")));
        Assert.Equal("NATS/1.0\r\n\r\n", Changed(static headers => headers.Clear()));
        Assert.Equal("NATS/1.0\r\n\r\n", Changed(static headers => headers.Remove("A")));

        static void Unchanged(Action<NatsHeaders> change) => Assert.Equal("NATS/1.0\r\nA:1\r\n\r\n", Changed(change));

        static string Changed(Action<NatsHeaders> change)
        {
            NatsHeaders headers = Parse("NATS/1.0\r\nA:1\r\n\r\n");
            change(headers);
            byte[] bytes = new byte[HeaderCodec.Measure(headers)];
            return Encoding.UTF8.GetString(bytes, 0, HeaderCodec.Write(headers, bytes));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public void Headers_grow_beyond_their_capacity_and_keep_their_order(int capacity)
    {
        var headers = new NatsHeaders(capacity);
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"n{i}")];
        foreach (string name in names)
        {
            headers.Add(name, name + "v");
        }

        Assert.Equal(names, headers.Keys);
        Assert.Equal(names.Select(name => name + "v"), headers.Values.Select(value => value.ToString()));
        headers["n3"] = "other";
        headers.Remove("n0");
        headers.Remove("n19");
        Assert.Equal((18, "n1", "n18", "other"), (headers.Count, headers.Keys.First(), headers.Keys.Last(), headers["n3"].ToString()));
        Assert.Equal(-1, headers.Keys.ToList().IndexOf("n0"));
    }

    [Fact]
    public void A_copy_of_changed_headers_and_its_original_do_not_share_their_entries()
    {
        var headers = new NatsHeaders(caseSensitive: true) { ["a"] = "1", ["A"] = "2" };
        NatsHeaders copy = headers.Copy();
        headers["a"] = "3";
        copy["A"] = "4";
        copy["b"] = "5";
        Assert.Equal(("3", "2", 2), (headers["a"].ToString(), headers["A"].ToString(), headers.Count));
        Assert.Equal(("1", "4", 3), (copy["a"].ToString(), copy["A"].ToString(), copy.Count));
        Assert.False(HeaderCodec.Parse(OperationFeed.Bytes("NATS/1.0\r\na: 1\r\n\r\n"), isCaseSensitive: true).Copy().ContainsKey("A"));
    }

    [Fact]
    public void Entries_are_enumerated_in_order_and_again()
    {
        var headers = new NatsHeaders { ["a"] = "1", ["b"] = "2" };
        NatsHeaders.Enumerator each = headers.GetEnumerator();
        Assert.True(each.MoveNext() && each.Current.Key == "a" && each.MoveNext() && each.Current.Key == "b");
        Assert.False(each.MoveNext());
        each.Reset();
        Assert.True(each.MoveNext());
        Assert.Equal("1", each.Current.Value);
        each.Dispose();
        Assert.Equal(["a", "b"], ((System.Collections.IEnumerable)headers).Cast<KeyValuePair<string, StringValues>>().Select(header => header.Key));
        Assert.False(((ICollection<KeyValuePair<string, StringValues>>)headers).Contains(new("a", "2")));
        Assert.False(((ICollection<KeyValuePair<string, StringValues>>)headers).Contains(new("c", StringValues.Empty)));
        Assert.False(new NatsHeaders { ["a"] = new string?[] { null } }.TryGetLastValue("a", out _));
        Assert.False(headers.TryGetValue("c", out StringValues none));
        Assert.Equal(0, none.Count);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("NATS/1.0\r\n", 0)]
    [InlineData("NATS/1.0\r\n\r\n", 0)]
    [InlineData("NATS/1.0\r\nA:1\r\n\r\n", 1)]
    [InlineData("NATS/1.0\r\nA:1\r\nA:2\r\n\r\n", 2)]
    public void Lines_are_counted_without_the_first_and_the_last(string block, int lines) => Assert.Equal(lines, HeaderCodec.CountLines(OperationFeed.Bytes(block)));

    [Fact]
    public void Length_is_that_of_the_encoding()
    {
        var headers = new NatsHeaders { ["a"] = "\u00e9", ["b"] = new[] { "", "xy" } };
        Assert.Equal(10 + 7 + 5 + 7 + 2, headers.GetBytesLength());
        Assert.Equal(10 + 6 + 5 + 7 + 2, headers.GetBytesLength(Encoding.Latin1));
        Assert.Equal(10 + 5 + 2, new NatsHeaders { ["c"] = new string?[] { null } }.GetBytesLength());
    }

    private static NatsHeaders Parse(string latin1) => HeaderCodec.Parse(OperationFeed.Bytes(latin1));
}
