using System.Text.RegularExpressions;
using Earshot.Cli.Output;
using Spectre.Console;
using Xunit;

namespace Earshot.Cli.Tests.Demo;

/// <summary>How lines look on terminals of a given width, and where there is no terminal.</summary>
public sealed partial class ScreenTests
{
    private const string Long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen";

    [GeneratedRegex("\x1b\\[[0-9;]*m")]
    private static partial Regex Escape { get; }

    [Fact]
    public void Line_on_a_terminal_is_coloured_and_continues_below_its_last_part()
    {
        using var output = new StringWriter();
        Terminal(output, width: 60).Line(new Span("  1.000  ", TextStyle.Quiet), new Span("warn   ", TextStyle.Bad), new Span(Long));
        Assert.Matches(Escape, output.ToString());
        var lines = Escape.Replace(output.ToString(), "").TrimEnd().Split('\n').Select(line => line.TrimEnd()).ToList();
        Assert.True(lines.Count > 1);
        Assert.All(lines, line => Assert.InRange(line.Length, 1, 59));
        Assert.All(lines.Skip(1), line => Assert.StartsWith(new string(' ', 16), line, StringComparison.Ordinal));
        Assert.Equal("  1.000  warn   " + Long, string.Join(' ', lines.Select((line, i) => i == 0 ? line : line.TrimStart())));
    }

    [Fact]
    public void A_word_longer_than_the_terminal_is_split_and_not_lost()
    {
        using var output = new StringWriter();
        Terminal(output, width: 40).Line(new Span("  "), new Span(new string('x', 100)));
        Assert.Equal(100, output.ToString().Count(c => c == 'x'));
        Assert.All(Escape.Replace(output.ToString(), "").Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 39));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Without_a_terminal_or_without_colours_there_are_no_escapes(bool isRedirected, bool noColor)
    {
        using var output = new StringWriter();
        Screen.On(output, isRedirected, noColor).Line(new Span("error", TextStyle.Bad), new Span(" text", TextStyle.Heading));
        Assert.Equal("error text", output.ToString().TrimEnd());
    }

    [Fact]
    public void A_redirected_line_is_never_wrapped()
    {
        using var output = new StringWriter();
        Screen.On(output, isRedirected: true, noColor: false).Line(new Span("  1.000  "), new Span(string.Join(' ', Long, Long, Long)));
        Assert.Single(output.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public void A_redirected_line_of_any_length_stays_one_line()
    {
        using var output = new StringWriter { NewLine = "\n" };
        string text = string.Join(' ', Enumerable.Repeat("word", 100_000));
        Screen.On(output, isRedirected: true, noColor: false).Line(new Span("  "), new Span(text));
        Assert.Equal($"  {text}\n", output.ToString());
    }

    [Fact]
    public void Letters_of_two_columns_are_counted_as_two()
    {
        using var output = new StringWriter();
        Terminal(output, width: 40).Line(new Span("表 "), new Span(new string('表', 30)));
        string[] lines = Escape.Replace(output.ToString(), "").TrimEnd().Split('\n');
        Assert.All(lines, static line => Assert.InRange(TextColumns.Width(line.TrimEnd()), 1, 39));
        Assert.Equal(31, output.ToString().Count(static c => c == '表'));
    }

    [Fact]
    public void Text_without_room_behind_the_other_parts_goes_to_the_next_line()
    {
        using var output = new StringWriter();
        Terminal(output, width: 40).Line(new Span(new string('x', 30)), new Span(" (partial: cancelled)"));
        Terminal(output, width: 40).Line(new Span(new string('x', 30)), new Span(" short"));
        string[] lines = [.. Escape.Replace(output.ToString(), "").TrimEnd().Split('\n').Select(static line => line.TrimEnd())];
        Assert.Equal([new string('x', 30), "    (partial: cancelled)", $"{new string('x', 30)} short"], lines);
    }

    [Fact]
    public void A_line_on_a_terminal_replaces_a_status_line()
    {
        using var output = new StringWriter { NewLine = "\n" };
        Screen.On(output, isRedirected: false, noColor: true, isErasing: true).Line(new Span("event"));
        Assert.Equal("\r\e[Kevent\n", output.ToString());
        using var piped = new StringWriter { NewLine = "\n" };
        Screen.On(piped, isRedirected: true, noColor: false, isErasing: true).Line(new Span("event"));
        Assert.Equal("event\n", piped.ToString());
    }

    private static Screen Terminal(StringWriter output, int width)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.Standard, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        return new Screen(console);
    }
}
