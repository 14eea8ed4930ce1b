using Earshot.Cli.Journals;
using Earshot.Dashboard.Timeline;
using Earshot.Testing;
using Xunit;

namespace Earshot.Cli.Tests.Journals.Page;

/// <summary>The page in a browser: it draws, filters, selects and moves, writes nothing to the console and asks for nothing.</summary>
[Trait("Duration", "Long")]
public sealed class TimelineInBrowserTests : IDisposable
{
    private readonly JournalRun _files = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_filters_selects_an_outage_and_uses_the_keyboard()
    {
        await using BrowserPage page = await OpenAsync(1000, isDark: false, ("orders", Night()), ("mail", Night(offset: 1)));
        Assert.Equal(2, await CountAsync(page, "#outages tbody tr"));
        Assert.Equal(4, await CountAsync(page, "#chart rect.Open"));
        Assert.Equal(2, await CountAsync(page, "#chart rect.Reconnecting"));
        Assert.Equal(2, await CountAsync(page, "#chart rect.lame"));
        Assert.Equal("36 events", await page.TextAsync("#count", Cancel));

        await page.ClickAsync("#text", Cancel);
        await page.TypeAsync("refused", Cancel);
        await page.WaitForAsync("document.getElementById('count').textContent === '8 of 36 events'", Cancel);
        Assert.Equal(8, await CountAsync(page, "#events .row"));
        await page.ClickAsync("#clear", Cancel);
        await page.WaitForAsync("document.getElementById('count').textContent === '36 events'", Cancel);

        await page.ClickAsync("#outages tbody tr:nth-child(2) td:nth-child(4)", Cancel);
        await page.WaitForAsync("document.querySelector('#outages tr.selected button').getAttribute('aria-pressed') === 'true'", Cancel);
        Assert.Equal("11 of 36 events", await page.TextAsync("#count", Cancel));
        Assert.Contains("22:00:04.200 to 22:00:10.8", await page.TextAsync("#chart-title", Cancel), StringComparison.Ordinal);
        Assert.Contains("mail", await page.TextAsync("#moment", Cancel), StringComparison.Ordinal);
        Assert.Contains("ServerClosed", await page.TextAsync("#moment", Cancel), StringComparison.Ordinal);

        await page.EvaluateAsync("document.querySelector('#events .row').focus()", Cancel);
        await page.PressAsync("ArrowDown", Cancel);
        await page.PressAsync("ArrowDown", Cancel);
        Assert.Contains("RequestsFailed", await page.TextAsync("#events .row:focus", Cancel), StringComparison.Ordinal);
        await page.PressAsync("Enter", Cancel);
        await page.WaitForAsync("document.activeElement.getAttribute('aria-expanded') === 'true'", Cancel);
        Assert.Contains("FailImmediately", await page.TextAsync("#events .details", Cancel), StringComparison.Ordinal);

        await page.PressAsync("Escape", Cancel);
        await page.WaitForAsync("document.getElementById('count').textContent === '36 events'", Cancel);
        Assert.Equal("Connections over time", await page.TextAsync("#chart-title", Cancel));
        await AssertQuietAsync(page);
    }

    [Fact]
    public async Task The_picture_is_used_with_keys_and_with_the_pointer()
    {
        await using BrowserPage page = await OpenAsync(1000, isDark: true, ("orders", Night()), ("mail", Night(offset: 1)));
        await page.EvaluateAsync("document.getElementById('chart').focus()", Cancel);
        await page.PressAsync("Home", Cancel);
        Assert.Contains("22:00:00.000", await page.TextAsync("#moment strong", Cancel), StringComparison.Ordinal);
        await page.PressAsync("ArrowDown", Cancel);
        Assert.Contains("mail", await page.TextAsync("#moment .facts", Cancel), StringComparison.Ordinal);
        await page.PressAsync("+", Cancel);
        Assert.Contains(" to ", await page.TextAsync("#chart-title", Cancel), StringComparison.Ordinal);
        await page.PressAsync("0", Cancel);
        Assert.Equal("Connections over time", await page.TextAsync("#chart-title", Cancel));
        await page.ClickAsync("#chart rect.outage", Cancel);
        await page.WaitForAsync("document.querySelectorAll('#outages tr.selected').length === 1", Cancel);
        Assert.Equal("Outage 1 ×", await page.TextAsync("#outage-filter", Cancel));
        await AssertQuietAsync(page);
    }

    [Theory]
    [InlineData(400, true)]
    [InlineData(1600, false)]
    public async Task Forty_connections_fit_and_what_the_pointer_shows_is_in_view(int width, bool isDark)
    {
        await using BrowserPage page = await OpenAsync(width, isDark, [.. Enumerable.Range(1, 40).Select(i => ($"connection-with-a-long-name-{i}", Night(offset: i % 5)))]);
        Assert.Equal(40, await CountAsync(page, "#outages tbody tr"));
        Assert.Equal(0, (await page.EvaluateAsync("document.documentElement.scrollWidth - document.documentElement.clientWidth", Cancel))!.GetValue<int>());
        await page.ClickAsync("#chart rect.outage", Cancel);
        await page.EvaluateAsync("document.getElementById('chart').scrollIntoView({ block: 'start' })", Cancel);
        Assert.True((await page.EvaluateAsync("document.getElementById('chart').getBoundingClientRect().bottom > innerHeight", Cancel))!.GetValue<bool>());
        await page.WaitForAsync("(() => { const box = document.getElementById('moment').getBoundingClientRect(); return box.top > 0 && box.bottom <= innerHeight; })()", Cancel);
        await AssertQuietAsync(page);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(1600)]
    public async Task Hostile_text_is_shown_as_text_and_fits(int width)
    {
        string huge = TimelinePageTests.Hostile + new string('W', 5000);
        JournalScript script = new JournalScript().Connect(0, TimelinePageTests.Hostile).ServerError(1, huge).Lose(2, 1, error: huge).Recover(3, 1, huge);
        await using BrowserPage page = await OpenAsync(width, isDark: false, (huge, script));
        Assert.Equal(0, await CountAsync(page, "img, #chart script, #events script, #outages script"));
        Assert.Contains("</script><script>alert(1)</script>", await page.TextAsync("h1", Cancel), StringComparison.Ordinal);
        Assert.Equal(0, (await page.EvaluateAsync("document.documentElement.scrollWidth - document.documentElement.clientWidth", Cancel))!.GetValue<int>());
        await AssertQuietAsync(page);
    }

    [Fact]
    public async Task Ten_thousand_events_keep_the_page_small()
    {
        JournalScript script = new JournalScript().Connect(0);
        for (int i = 0; i < 10_000; i++)
        {
            script.Ping(1 + i);
        }

        await using BrowserPage page = await OpenAsync(1000, isDark: false, ("long", script));
        Assert.Equal("10,003 events", await page.TextAsync("#count", Cancel));
        Assert.InRange(await CountAsync(page, "*"), 1, 4_000);
        await page.EvaluateAsync("document.querySelector('#events .row').focus()", Cancel);
        await page.PressAsync("End", Cancel);
        Assert.StartsWith("00:46:40.000", await page.TextAsync("#events .row:focus", Cancel), StringComparison.Ordinal);
        Assert.InRange(await CountAsync(page, "*"), 1, 6_000);
        await AssertQuietAsync(page);
    }

    public void Dispose() => _files.Dispose();

    // 18 events: three of the connect, lame duck mode, four of the loss, four failed attempts, three of the reconnect, a slow consumer, a PING.
    private static JournalScript Night(int offset = 0) => new JournalScript(JournalScript.Start.AddSeconds(offset))
        .Connect(0).LameDuck(3).Lose(5, attempts: 4).Recover(8, 3).SlowConsumer(9, 2).Ping(12);

    private async Task<BrowserPage> OpenAsync(int width, bool isDark, params (string Name, JournalScript Script)[] journals)
    {
        var recorded = new List<RecordedJournal>();
        foreach ((string name, JournalScript script) in journals)
        {
            recorded.Add(new RecordedJournal(name, await script.ReadAsync(Cancel)));
        }

        return await BrowserPage.OpenAsync(new Uri(_files.Write("page.html", TimelinePage.Write(TimelineReader.Read(recorded)))), width, isDark, Cancel);
    }

    private static async Task<int> CountAsync(BrowserPage page, string selector) =>
        (await page.EvaluateAsync($"document.querySelectorAll({BrowserPage.Quote(selector)}).length", Cancel))!.GetValue<int>();

    private static async Task AssertQuietAsync(BrowserPage page)
    {
        // A last call, so that everything that was reported before has been received.
        await page.EvaluateAsync("new Promise(requestAnimationFrame)", Cancel);
        Assert.Empty(page.Messages);
        Assert.EndsWith("/page.html", Assert.Single(page.Requests), StringComparison.Ordinal);
    }
}
