using Earshot.Cli.Output;
using Xunit;

namespace Earshot.Cli.Tests.Output;

/// <summary>Text in the columns of a terminal.</summary>
public sealed class TextColumnsTests
{
    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("exactly", 7, "exactly")]
    [InlineData("too long", 7, "too lo…")]
    [InlineData("表表表表", 5, "表表…")]
    [InlineData("text", 0, "")]
    public void Text_is_cut_to_columns_and_not_to_characters(string text, int columns, string expected) => Assert.Equal(expected, TextColumns.Fit(text, columns));

    [Fact]
    public void Text_is_broken_at_spaces_into_a_limited_number_of_lines()
    {
        Assert.Equal(["one two", "three", "four…"], TextColumns.Wrap("one two three four five six", 7, 3).Select(line => line.Replace(" f…", "…", StringComparison.Ordinal)));
        Assert.Equal(["xxxxx", "xxxxx", "xx"], TextColumns.Wrap("xxxxxxxxxxxx", 5, 5));
        Assert.Equal([""], TextColumns.Wrap("", 5, 3));
        Assert.Empty(TextColumns.Wrap("text", 5, 0));
    }

    [Theory]
    [InlineData("one two three", 7, "one two|three")]
    [InlineData("one two", 7, "one two")]
    [InlineData("a verylongword", 7, "a veryl|ongword")]
    [InlineData("to address here", 10, "to address|here")]
    [InlineData("go 127.0.0.1 now", 10, "go|127.0.0.1|now")]
    [InlineData("表表表 表表", 7, "表表表|表表")]
    [InlineData("e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301")]
    [InlineData("表表", 1, "表|表")]
    [InlineData("", 7, "")]
    public void Text_is_broken_at_spaces_by_columns(string text, int columns, string lines) => Assert.Equal(lines.Split('|'), TextColumns.Break(text, columns));

    [Theory]
    [InlineData("表表", 5, "表表 ")]
    [InlineData("long text", 5, "long…")]
    [InlineData("表", 1, "…")]
    public void Text_is_padded_to_columns(string text, int columns, string expected) => Assert.Equal(expected, TextColumns.Pad(text, columns));
}
