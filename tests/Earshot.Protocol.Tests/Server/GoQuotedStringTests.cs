using System.Text;
using Xunit;

namespace Earshot.Protocol.Tests;

public class GoQuotedStringTests
{
    public static TheoryData<string, string> Quoted => new()
    {
        { "", "\"\"" },
        { "foo.bar", "\"foo.bar\"" },
        { "a\"b", "\"a\\\"b\"" },
        { "a\\b", "\"a\\\\b\"" },
        { "\a\b\f\n\r\t\v", "\"\\a\\b\\f\\n\\r\\t\\v\"" },
        { "\0\u0001\u001f", "\"\\x00\\x01\\x1f\"" },
        { " ~\u007f", "\" ~\\x7f\"" },
        { "\u0080\u0085\u009f\u00a0", "\"\\u0080\\u0085\\u009f\u00a0\"" },
        { "\u00e9\u20ac\ud83d\ude00", "\"\u00e9\u20ac\ud83d\ude00\"" },
    };

    [Theory]
    [MemberData(nameof(Quoted))]
    public void A_text_is_quoted_as_Go_does_it_and_read_back(string text, string quoted)
    {
        Assert.Equal(quoted, GoQuotedString.Quote(Encoding.UTF8.GetBytes(text)));
        ReadOnlySpan<char> rest = quoted + "rest";
        Assert.Equal(text, GoQuotedString.Take(ref rest));
        Assert.Equal("rest", rest.ToString());
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_become_escapes_one_by_one()
    {
        Assert.Equal("\"a\\xffb\\xc3\"", GoQuotedString.Quote([(byte)'a', 0xff, (byte)'b', 0xc3]));
        Assert.Equal("\"\\xe2\\x82\"", GoQuotedString.Quote([0xe2, 0x82]));
    }

    [Theory]
    [InlineData("\"\\x4A\\x4b\"", "JK")]
    [InlineData("\"\\u00E9\"", "\u00e9")]
    [InlineData("\"\\U0010ffff\"", "\udbff\udfff")]
    [InlineData("\"\\U00110000\"", "\ufffd")]
    [InlineData("\"\\ud800x\"", "\ufffdx")]
    [InlineData("\"\\x4\"", "x4")]
    [InlineData("\"\\u20a\"", "u20a")]
    [InlineData("\"\\u20ag\"", "u20ag")]
    [InlineData("\"\\U0001f60\"", "U0001f60")]
    [InlineData("\"\\x-1\"", "x-1")]
    [InlineData("\"\\x 1\"", "x 1")]
    [InlineData("\"\\q\\'\"", "q'")]
    [InlineData("\"\\\\\"", "\\")]
    [InlineData("\"a\\\"\"", "a\"")]
    public void Escapes_are_read_and_what_is_none_stands_for_itself(string quoted, string text)
    {
        ReadOnlySpan<char> rest = quoted;
        Assert.Equal(text, GoQuotedString.Take(ref rest));
        Assert.True(rest.IsEmpty);
    }

    [Theory]
    [InlineData("\"")]
    [InlineData("\"foo")]
    [InlineData("\"foo\\")]
    [InlineData("\"foo\\\"")]
    public void Without_a_closing_quote_nothing_is_taken(string text)
    {
        ReadOnlySpan<char> rest = text;
        Assert.Null(GoQuotedString.Take(ref rest));
        Assert.Equal(text, rest.ToString());
    }
}
