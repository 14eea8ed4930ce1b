using Earshot.Cli.Output;
using Xunit;

namespace Earshot.Cli.Tests.Output;

/// <summary>Texts of servers, peers and files, as they are shown.</summary>
public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain text, äöü 漢字 🙂", "plain text, äöü 漢字 🙂")]
    [InlineData("a family: 👩\u200d👩\u200d👧", "a family: 👩\u200d👩\u200d👧")]
    [InlineData("\e[2J\e]0;title\u0007\u0000", @"\u001b[2J\u001b]0;title\u0007\u0000")]
    [InlineData("\u009b31m", @"\u009b31m")]
    [InlineData("a\r\nb\tc", @"a\r\nb\tc")]
    [InlineData("\u202eabc\u200b\u2028\ufeff", @"\u202eabc\u200b\u2028\ufeff")]
    [InlineData("🙂\u200f🙂\u2066", @"🙂\u200f🙂\u2066")]
    [InlineData("\U000e0041x", @"\udb40\udc41x")]
    public void Line_shows_what_is_invisible_or_acts_on_a_terminal(string text, string expected) => Assert.Equal(expected, SafeText.Line(text));

    [Fact]
    public void Half_of_a_pair_becomes_a_visible_escape() =>
        Assert.Equal((@"a\ud83d", @"\ude42a"), (SafeText.Line("a" + (char)0xd83d), SafeText.Line((char)0xde42 + "a")));

    [Theory]
    [InlineData("tab\tand\nbreak", "tab\tand\nbreak")]
    [InlineData("a\r\nb", "a\r\nb")]
    [InlineData("a\rb", @"a\rb")]
    [InlineData("esc\e[0m\n", "esc\\u001b[0m\n")]
    public void Lines_keep_breaks_and_tabs(string text, string expected) => Assert.Equal(expected, SafeText.Lines(text));

    [Theory]
    [InlineData("a\r\n\tb 👩\u200d👧", true)]
    [InlineData("a\e", false)]
    [InlineData("a\u202e", false)]
    public void Text_is_plain_when_nothing_of_it_has_to_be_escaped(string text, bool isPlain) => Assert.Equal(isPlain, SafeText.IsPlain(text));
}
