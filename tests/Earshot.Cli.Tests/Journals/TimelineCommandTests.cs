using System.Text.Json;
using Earshot.Cli.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Journals;

/// <summary>The verb timeline: text, JSON, page, and files that cannot be used.</summary>
public sealed class TimelineCommandTests : IDisposable
{
    private readonly JournalRun _tool = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_journal_is_the_timeline_of_the_library()
    {
        JournalScript script = new JournalScript().Connect(0).Lose(5, 2).Recover(8, 3).Close(10);
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["timeline", _tool.Write("a.jsonl", script.Text)]));
        Assert.Equal(NatsJournalExport.ToTimeline(await script.ReadAsync(Cancel)), _tool.Out);
        Assert.Equal("", _tool.Error);
    }

    [Fact]
    public async Task Several_journals_are_merged_by_time_with_the_connection_in_front()
    {
        string a = _tool.Write("orders.jsonl", new JournalScript().Connect(0).Ping(5).Text);
        string b = _tool.Write("mail.jsonl", new JournalScript(JournalScript.Start.AddSeconds(3)).Connect(0).Ping(5).Text);
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["timeline", a, b]));
        Assert.Equal(
            ["orders  #00001", "orders  #00002", "orders  #00003", "mail    #00001", "mail    #00002", "mail    #00003", "orders  #00004", "mail    #00004"],
            _tool.Lines.Select(line => line[..14]));
    }

    [Fact]
    public async Task Json_has_a_line_for_each_connection_and_each_outage()
    {
        string file = _tool.Write("a.jsonl", new JournalScript().Connect(0).Lose(5, 2).Recover(8, 3).Close(10).Text);
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["timeline", file, "--json"]));
        Assert.Collection(
            _tool.Lines,
            line => Assert.Equal("""{"type":"connection","connection":"a","from":"2026-11-28T22:00:00Z","to":"2026-11-28T22:00:10.001Z","events":14,"outages":1,"downtime":3,"state":"Closed"}""", line),
            line =>
            {
                using var outage = JsonDocument.Parse(line);
                Assert.Equal("outage", outage.RootElement.EnumerateObject().First().Value.GetString());
                Assert.Equal(3, outage.RootElement.GetProperty("duration").GetDouble());
                Assert.Equal(20, outage.RootElement.GetProperty("replayed").GetInt64());
            });
    }

    [Fact]
    public async Task The_page_is_written_to_its_file_and_nothing_to_the_output()
    {
        string page = _tool.PathOf("out.html");
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["timeline", "-", "--html", page], new JournalScript().Connect(0).Text));
        Assert.Equal("", _tool.Out);
        Assert.Contains("connections 1, events 3, outages 0", _tool.Error, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", await File.ReadAllTextAsync(page, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_that_share_a_file_have_their_own_rows()
    {
        string both = JournalScript.Name(new JournalScript().Connect(0).Lose(5, 1).Recover(8, 3).Close(10), "one") + JournalScript.Name(new JournalScript().Connect(0).Close(4), "other");
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["timeline", "-", "--json"], both));
        Assert.Equal([("connection", "one"), ("connection", "other"), ("outage", "one")], _tool.Lines.Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("type").GetString(), line.GetProperty("connection").GetString())));
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["validate", "-", "--closed"], JournalScript.Name(new JournalScript().Connect(0).Close(3), "one") + JournalScript.Name(new JournalScript().Connect(0).Close(4), "other")));
        Assert.Equal(ExitCode.Usage, await _tool.RunAsync(["diff", _tool.Write("both.jsonl", both), _tool.Write("one.jsonl", new JournalScript().Connect(0).Text)]));
        Assert.Contains("both.jsonl has several connections", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_line_that_was_cut_is_left_out_with_a_note()
    {
        JournalScript script = new JournalScript().Connect(0).Ping(5);
        string file = _tool.Write("a.jsonl", script.Text[..^40]);
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["timeline", file]));
        Assert.Equal(3, _tool.Lines.Length);
        Assert.Contains("line 4 is incomplete and was left out", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_last_line_without_its_end_that_is_whole_is_kept()
    {
        string file = _tool.Write("a.jsonl", new JournalScript().Connect(0).Ping(5).Text.TrimEnd('\n'));
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["timeline", file]));
        Assert.Equal(4, _tool.Lines.Length);
        Assert.Equal("", _tool.Error);
    }

    [Theory]
    [InlineData("{\"kind\":\"NoSuchKind\"}")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"kind\":\"Reconnecting\",\"cause\":\"NoSuchCause\"}")]
    public async Task A_line_that_is_no_event_is_named_by_its_number(string line)
    {
        IReadOnlyList<string> lines = new JournalScript().Connect(0).Lines;
        string file = _tool.Write("a.jsonl", $"{lines[0]}\n\n{line}\n{lines[1]}\n");
        Assert.Equal(ExitCode.File, await _tool.RunAsync(["timeline", file]));
        Assert.Contains("line 3 cannot be read", _tool.Error, StringComparison.Ordinal);
        Assert.Equal("", _tool.Out);
    }

    [Fact]
    public async Task Files_that_are_missing_or_empty_end_with_the_code_of_files()
    {
        Assert.Equal(ExitCode.File, await _tool.RunAsync(["timeline", _tool.PathOf("none.jsonl")]));
        Assert.Contains("none.jsonl cannot be read", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.File, await _tool.RunAsync(["timeline", _tool.Write("empty.jsonl", "\n")]));
        Assert.Contains("contains no event", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.File, await _tool.RunAsync(["timeline", "-", "--html", _tool.PathOf("no/folder.html")], new JournalScript().Connect(0).Text));
        Assert.Contains("cannot be written", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_is_not_overwritten_by_its_page()
    {
        string text = new JournalScript().Connect(0).Text;
        string file = _tool.Write("a.jsonl", text);
        Assert.Equal(ExitCode.Usage, await _tool.RunAsync(["timeline", file, "--html", file]));
        Assert.Equal(text, await File.ReadAllTextAsync(file, Cancel));
    }

    [Fact]
    public async Task A_journal_is_not_overwritten_through_a_link()
    {
        string text = new JournalScript().Connect(0).Text;
        string file = _tool.Write("journals/a.jsonl", text);
        string link = _tool.PathOf("page.html");
        File.CreateSymbolicLink(link, file);
        Directory.CreateSymbolicLink(_tool.PathOf("folder"), _tool.PathOf("journals"));
        Assert.Equal(ExitCode.Usage, await _tool.RunAsync(["timeline", file, "--html", link]));
        Assert.Equal(ExitCode.Usage, await _tool.RunAsync(["timeline", link, "--html", file]));
        Assert.Equal(ExitCode.Usage, await _tool.RunAsync(["timeline", file, "--html", _tool.PathOf("folder/a.jsonl")]));
        Assert.Equal(text, await File.ReadAllTextAsync(file, Cancel));
    }

    [Fact]
    public async Task Text_of_a_server_cannot_act_on_the_terminal()
    {
        string file = _tool.Write("a.jsonl", new JournalScript().Connect(0).ServerError(1, "a\u001b[31m\u202eb\u0007").Text);
        Assert.Equal(ExitCode.Success, await _tool.RunAsync(["timeline", file]));
        Assert.EndsWith(@"server error: a\u001b[31m\u202eb\u0007", _tool.Lines[^1], StringComparison.Ordinal);
    }

    public void Dispose() => _tool.Dispose();
}
