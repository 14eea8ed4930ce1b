using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Earshot.Cli.Journals;
using Earshot.Dashboard.Timeline;
using Xunit;

namespace Earshot.Cli.Tests.Journals.Page;

/// <summary>The text of the page: what its policy allows, what it loads, and hostile text in its data.</summary>
public sealed partial class TimelinePageTests
{
    internal const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)><!--{{script}} \u202egnp.exe \u0000\u001b[31m\u2028 \"'&";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [GeneratedRegex(@"<script(?<attributes>[^>]*)>(?<text>[\s\S]*?)</script>")]
    private static partial Regex Script { get; }

    [GeneratedRegex(@"<style>(?<text>[\s\S]*?)</style>")]
    private static partial Regex Style { get; }

    [Fact]
    public async Task The_policy_allows_exactly_the_script_and_the_style_of_the_page()
    {
        string page = await WriteAsync(new JournalScript().Connect(0));
        Assert.Contains("default-src 'none'; ", page, StringComparison.Ordinal);
        Assert.Contains($"script-src 'sha256-{Hash(Script.Matches(page)[1].Groups["text"].Value)}'", page, StringComparison.Ordinal);
        Assert.Contains($"style-src 'sha256-{Hash(Style.Match(page).Groups["text"].Value)}'", page, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_names_no_other_place()
    {
        string page = await WriteAsync(new JournalScript().Connect(0));
        Assert.Equal(["http://www.w3.org/2000/svg"], AnyAddress.Matches(page).Select(match => match.Value).Distinct());
        Assert.DoesNotMatch("<(link|img|iframe|base|object|embed)|\\ssrc=|@import|url\\((?!#)|fetch\\(|XMLHttpRequest|WebSocket|innerHTML|insertAdjacentHTML|eval\\(", page);
    }

    [GeneratedRegex("https?://[^'\" ]+")]
    private static partial Regex AnyAddress { get; }

    [Fact]
    public async Task Hostile_text_stays_data()
    {
        string page = await WriteAsync(new JournalScript().Connect(0, Hostile).ServerError(1, Hostile).Lose(2, 1, error: Hostile).Recover(3, 1, Hostile), Hostile);
        Assert.Equal(2, Script.Count(page));
        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        string json = Script.Match(page).Groups["text"].Value;
        Assert.DoesNotContain('<', json);
        Assert.All(json, c => Assert.InRange(c, ' ', '~'));
        using var data = JsonDocument.Parse(json);
        string message = data.RootElement.GetProperty("events")[3].GetProperty("message").GetString()!;
        Assert.Contains("</script><script>alert(1)</script>", message, StringComparison.Ordinal);
        Assert.Contains(@"{{script}} \u202egnp.exe \u0000\u001b[31m\u2028", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_of_any_length_is_cut()
    {
        string page = await WriteAsync(new JournalScript().Connect(0).ServerError(1, new string('x', 1_000_000)));
        Assert.Contains(@"x\u2026 (998014 more characters)", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 1, 100_000);
    }

    [Fact]
    public async Task Details_are_the_members_of_the_event()
    {
        IReadOnlyList<NatsConnectionEvent> events = await new JournalScript().Connect(0).SlowConsumer(1, 1).ReadAsync(Cancel);
        var details = EventDetails.Of(events[3]).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal("orders.new", details["subscription.subject"]);
        Assert.Equal("DropNewest", details["policy"]);
        Assert.DoesNotContain("message", details.Keys);
        Assert.DoesNotContain(details.Keys, name => name.StartsWith("snapshot", StringComparison.Ordinal));
    }

    private static async Task<string> WriteAsync(JournalScript script, string name = "test") =>
        TimelinePage.Write(TimelineReader.Read([new RecordedJournal(name, await script.ReadAsync(Cancel))]));

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
