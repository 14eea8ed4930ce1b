using System.Text;
using CsCheck;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>Names that are found in the bytes of received headers, without reading the other lines.</summary>
public class HeaderSearchTests
{
    private static readonly string[] s_names = ["A", "a", "Ab", "aB", "B", "é", "K", "\u212a", "A b"];

    private static readonly Gen<string> s_value = OneOf("", "x", " x ", "\ty", "a: b", "x\ry", "x\ny", "é", "A");

    private static readonly Gen<string> s_block = Gen.Select(
        OneOf("NATS/1.0", "NATS/1.0 503", "NATS/1.0 100 A: b"),
        Gen.Select(OneOf(s_names), s_value, (name, value) => $"{name}:{value}\r\n").Array[0, 6],
        (first, lines) => $"{first}\r\n{string.Concat(lines)}\r\n");

    [Fact]
    public void A_search_finds_what_reading_the_block_finds() => Gen.Select(s_block, Gen.Bool).Sample((text, isCaseSensitive) =>
    {
        byte[] block = Encoding.UTF8.GetBytes(text);
        NatsHeaders read = HeaderCodec.Parse(block, isCaseSensitive);
        Assert.True(read.Count >= 0);
        foreach (string name in (string[])[.. s_names, "", ":", "a: b", "B:", "\r\n", "\r", "b"])
        {
            bool isThere = read.TryGetValue(name, out StringValues expected);

            Assert.Equal(isThere, HeaderCodec.Parse(block, isCaseSensitive).ContainsKey(name));
            Assert.Equal(isThere, HeaderCodec.Parse(block, isCaseSensitive).TryGetValue(name, out StringValues value));
            Assert.Equal(expected, value);
            foreach (NatsHeaders headers in (NatsHeaders[])[read, HeaderCodec.Parse(block, isCaseSensitive)])
            {
                Assert.Equal(isThere, headers.TryGetUtf8Value(name, out ReadOnlySpan<byte> utf8));
                Assert.Equal(isThere ? expected[^1] : "", Encoding.UTF8.GetString(utf8));
            }
        }
    });

    [Fact]
    public void No_character_outside_ASCII_is_equal_to_one_of_it_where_case_does_not_matter()
    {
        for (char other = '\u0080'; other < char.MaxValue; other++)
        {
            for (char letter = 'A'; letter <= 'Z'; letter++)
            {
                Assert.False(new ReadOnlySpan<char>(in other).Equals(new ReadOnlySpan<char>(in letter), StringComparison.OrdinalIgnoreCase), $"{(int)other:x4}");
            }
        }
    }

    [Fact]
    public void Utf8_values_of_an_application_s_own_headers_are_found()
    {
        var headers = new NatsHeaders { ["Name"] = new StringValues(["one", "zwei ü"]), ["Gone"] = "x" };
        headers.Remove("Gone");

        Assert.True(headers.TryGetUtf8Value("name", out ReadOnlySpan<byte> value));
        Assert.Equal("zwei ü"u8, value);
        Assert.False(headers.TryGetUtf8Value("Gone", out value));
        Assert.True(value.IsEmpty);
    }

    [Fact]
    public void A_changed_value_is_found_and_not_the_received_one()
    {
        NatsHeaders headers = Fifty();
        headers["Name-7"] = "changed";

        Assert.True(headers.TryGetUtf8Value("Name-7", out ReadOnlySpan<byte> value));
        Assert.Equal("changed"u8, value);
    }

    [Fact]
    public void A_name_is_looked_up_without_an_allocation()
    {
        NatsHeaders headers = Fifty();

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isThere = headers.TryGetUtf8Value("name-49", out ReadOnlySpan<byte> value) & headers.ContainsKey("Name-1") & !headers.ContainsKey("Name-50");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(isThere);
        Assert.Equal("value 49"u8, value);
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void One_value_of_fifty_headers_allocates_only_its_text()
    {
        NatsHeaders headers = Fifty();
        Assert.True(Fifty().TryGetValue("Name-30", out _)); // the first time also makes the encoding

        long before = GC.GetAllocatedBytesForCurrentThread();
        bool isThere = headers.TryGetValue("Name-30", out StringValues value);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(isThere);
        Assert.Equal("value 30", value);
        Assert.Equal(40, allocated); // a string of eight characters
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.OneOf([.. texts.Select(Gen.Const)]);

    private static NatsHeaders Fifty() => HeaderCodec.Parse(Encoding.ASCII.GetBytes(
        $"NATS/1.0\r\n{string.Concat(Enumerable.Range(0, 50).Select(static number => $"Name-{number}: value {number}\r\n"))}\r\n"));
}
