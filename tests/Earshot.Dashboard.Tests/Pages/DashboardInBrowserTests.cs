using Earshot.Dashboard.Tests.Feeds;
using Earshot.Dashboard.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Dashboard.Tests.Pages;

/// <summary>The live page in a browser: it follows an outage, stays readable with many connections, and asks nothing of other hosts.</summary>
[Trait("Duration", "Long")]
[Collection(OneBrowser.Name)]
public sealed class DashboardInBrowserTests
{
    private static CancellationToken Cancel => DashboardApp.Cancel;

    [Theory]
    [InlineData(400, true)]
    [InlineData(1280, false)]
    [InlineData(2560, true)]
    public async Task The_page_follows_an_outage(int width, bool isDark)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = "n1" }, Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url);
        await using BrowserPage page = await OpenAsync(app, width, isDark);
        await page.WaitForAsync("document.querySelectorAll('#chart rect.Open').length > 0", Cancel);
        server.Faults.RefuseConnections();
        server.Faults.Drop();
        await page.WaitForAsync("document.querySelector('#now tbody tr.now-Reconnecting') !== null", Cancel);
        Assert.Contains("orders", await page.TextAsync("#announcement", Cancel), StringComparison.Ordinal);
        server.Faults.AcceptConnections();
        await page.WaitForAsync("document.querySelectorAll('#outages tbody tr').length === 1", Cancel);
        await page.WaitForAsync("[...document.querySelectorAll('#events .kind')].some(kind => kind.textContent === 'Resubscribed')", Cancel);
        await page.WaitForAsync("document.querySelector('#now tbody tr.now-Open') !== null", Cancel);
        await page.WaitForAsync("document.querySelectorAll('#plots polyline').length === 6", Cancel);
        Assert.Contains("connected", await page.TextAsync("#servers tbody", Cancel), StringComparison.Ordinal);
        await AssertFitsAsync(page);
        await Screenshots.SaveAsync(page, width, $"outage-{width}-{(isDark ? "dark" : "light")}");
        await AssertQuietAsync(page, app);
    }

    [Fact]
    public async Task A_reader_filters_opens_an_event_with_keys_and_is_not_disturbed_by_new_events()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = "n1" }, Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url);
        await using BrowserPage page = await OpenAsync(app, 1280, isDark: false);
        await page.EvaluateAsync("document.getElementById('text').focus()", Cancel);
        await page.TypeAsync("connected to", Cancel);
        await page.WaitForAsync("document.querySelectorAll('#events .row').length === 1", Cancel);
        await page.EvaluateAsync("document.querySelector('#events .row').focus()", Cancel);
        await page.PressAsync("Enter", Cancel);
        await page.WaitForAsync("document.activeElement.getAttribute('aria-expanded') === 'true'", Cancel);
        server.Faults.Drop();
        await page.WaitForAsync("!document.getElementById('newer').hidden", Cancel);
        await page.WaitForAsync("document.querySelectorAll('#outages tbody tr').length === 1", Cancel);
        Assert.True((await page.EvaluateAsync("document.activeElement.getAttribute('aria-expanded') === 'true'", Cancel))!.GetValue<bool>());
        await PressAsync(page, "#newer");
        await page.WaitForAsync("document.getElementById('newer').hidden", Cancel);

        await PressAsync(page, "#pause");
        await page.WaitForAsync("document.getElementById('status').textContent === 'Paused'", Cancel);
        string events = await page.TextAsync("#count", Cancel);
        await using INatsSub<string> sub = await app.Connection.SubscribeCoreAsync<string>("while.paused", cancellationToken: Cancel);
        await PressAsync(page, "#pause");
        await PressAsync(page, "#clear");
        await page.WaitForAsync("[...document.querySelectorAll('#events .message')].some(message => message.textContent.includes('while.paused'))", Cancel);
        Assert.NotEqual(events, await page.TextAsync("#count", Cancel));
        await AssertQuietAsync(page, app);
    }

    [Fact]
    public async Task A_restarted_page_continues_and_one_without_the_application_says_so()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: Cancel);
        DashboardApp app = await DashboardApp.OpenAsync(server.Url);
        await using BrowserPage page = await OpenAsync(app, 1280, isDark: false);
        await app.DisposeAsync();
        await page.WaitForAsync("document.getElementById('status').textContent.startsWith('Not connected')", Cancel);
        Assert.True((await page.EvaluateAsync("document.querySelectorAll('#chart rect.Open').length > 0", Cancel))!.GetValue<bool>());
    }

    [Fact]
    public async Task A_saved_page_draws_the_same_without_the_application()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = "n1" }, Cancel);
        string file = Path.Combine(Directory.CreateTempSubdirectory("earshot-saved-").FullName, "saved.html");
        await using (DashboardApp app = await DashboardApp.OpenAsync(server.Url))
        {
            await SomeEvents.CauseAsync(app, server, SomeEvents.Hostile);
            await File.WriteAllTextAsync(file, await app.GetAsync("/_nats/save"), Cancel);
        }

        await using BrowserPage page = await BrowserPage.OpenAsync(new Uri(file), 1280, isDark: false, Cancel);
        Assert.Equal(1, await CountAsync(page, "#outages tbody tr"));
        Assert.Equal(2, await CountAsync(page, "#chart rect.Open"));
        Assert.Contains("</script>", (await page.EvaluateAsync("document.getElementById('events').textContent", Cancel))!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty(page.Messages);
        Assert.EndsWith("/saved.html", Assert.Single(page.Requests), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(1280)]
    public async Task Hostile_text_is_shown_as_text_and_fits(int width)
    {
        string huge = SomeEvents.Hostile + new string('W', 800);
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = SomeEvents.Hostile }, Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url, opts: opts => opts with { Name = huge });
        await SomeEvents.CauseAsync(app, server, huge, huge);
        await using BrowserPage page = await OpenAsync(app, width, isDark: false);
        Assert.Equal(0, await CountAsync(page, "img, main script, #announcement script"));
        Assert.Contains("</script><script>alert(1)</script>", await page.TextAsync("#now", Cancel), StringComparison.Ordinal);
        await AssertFitsAsync(page);
        await Screenshots.SaveAsync(page, width, $"hostile-{width}");
        await AssertQuietAsync(page, app);
    }

    [Theory]
    [InlineData(40, 400, true, 40)]
    [InlineData(40, 1280, false, 40)]
    [InlineData(2_000, 400, false, 20)]
    [InlineData(2_000, 1280, true, 20)]
    [InlineData(2_000, 2560, false, 20)]
    public async Task Many_connections_stay_readable(int count, int width, bool isDark, int rows)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = "n1" }, Cancel);
        await using NatsTestServer unlucky = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = "n2" }, Cancel);
        // All of them connect in parallel, and other tests run meanwhile.
        var shared = new NatsOpts { ConnectTimeout = TimeSpan.FromSeconds(30) };
        NatsConnection[] connections = [.. Enumerable.Range(0, count).Select(i => new NatsConnection(shared with { Url = i % (count / 20) == 0 ? unlucky.Url : server.Url, Name = $"worker-{i}" }))];
        try
        {
            await Task.WhenAll(connections.Select(connection => connection.ConnectAsync(Cancel).AsTask()));
            await using DashboardApp app = await DashboardApp.StartAsync(map: web => web.MapNatsDashboard(configure: options => options.MoreConnections = () => connections));
            long start = TimeProvider.System.GetTimestamp();
            await using BrowserPage page = await OpenAsync(app, width, isDark);
            TestContext.Current.TestOutputHelper?.WriteLine($"{count} connections: live after {TimeProvider.System.GetElapsedTime(start).TotalMilliseconds:0} ms with the start of the browser");
            unlucky.Faults.Drop();
            await page.WaitForAsync("document.querySelectorAll('#outages tbody tr').length === 20", Cancel);
            await page.WaitForAsync($"document.querySelectorAll('#chart text.row-name').length === {rows}", Cancel);
            Assert.InRange(await CountAsync(page, "*"), 1, 12_000);
            if (count > 48)
            {
                Assert.Contains("1,980 without one are folded", await page.TextAsync("#rows-note", Cancel), StringComparison.Ordinal);
                await page.EvaluateAsync("document.getElementById('rows-text').focus()", Cancel);
                await page.TypeAsync("worker-1999", Cancel);
                await page.WaitForAsync("[...document.querySelectorAll('#chart text.row-name')].some(name => name.textContent.startsWith('worker-1999'))", Cancel);
            }

            Assert.Contains($"of {count:N0} connections open", await page.TextAsync("#now-note", Cancel), StringComparison.Ordinal);
            await AssertFitsAsync(page);
            await Screenshots.SaveAsync(page, width, $"many-{count}-{width}-{(isDark ? "dark" : "light")}");
            await AssertQuietAsync(page, app);
        }
        finally
        {
            await Task.WhenAll(connections.Select(connection => connection.DisposeAsync().AsTask()));
        }
    }

    [Theory]
    [InlineData("pointerup", 0)]
    [InlineData("contextmenu", 0)]
    [InlineData("pointermove", 2)] // a button that does not select is ignored, whatever follows
    public async Task A_press_in_the_chart_that_ends_elsewhere_does_not_stop_the_drawing(string end, int button)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = "n1" }, Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url);
        await using BrowserPage page = await OpenAsync(app, 1280, isDark: false);
        await page.EvaluateAsync($$"""
            document.getElementById('chart').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: {{button}}, buttons: {{button}} || 1 }));
            document.getElementById('title').dispatchEvent(new PointerEvent('{{end}}', { bubbles: true, button: {{button}} }));
            """, Cancel);
        server.Faults.Drop();
        await page.WaitForAsync("document.querySelectorAll('#outages tbody tr').length === 1", Cancel);
        await AssertQuietAsync(page, app);
    }

    [Fact]
    public async Task A_click_on_an_outage_selects_it_and_a_drag_shows_its_time()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Name = "n1" }, Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url);
        await using BrowserPage page = await OpenAsync(app, 1280, isDark: false);
        server.Faults.Drop();
        await page.WaitForAsync("document.querySelector('#chart [data-outage]') !== null", Cancel);
        await PressAsync(page, "#pause");
        await page.ClickAsync("#chart [data-outage]", Cancel);
        await page.WaitForAsync("!document.getElementById('outage-filter').hidden", Cancel);
        await page.EvaluateAsync("""
            (() => {
              const chart = document.getElementById('chart'), box = chart.getBoundingClientRect();
              chart.setPointerCapture = () => {}; // there is no real pointer
              const send = (target, type, x, buttons) => target.dispatchEvent(new PointerEvent(type, { bubbles: true, button: 0, buttons, clientX: x, clientY: box.top + 30 }));
              send(chart, 'pointerdown', box.right - 300, 1);
              send(chart, 'pointermove', box.right - 200, 1);
              send(document.getElementById('title'), 'pointerup', box.right - 100, 0);
            })()
            """, Cancel);
        Assert.Contains("Connections over time, ", await page.TextAsync("#chart-title", Cancel), StringComparison.Ordinal);
        await page.EvaluateAsync("document.getElementById('chart').dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: 10 }))", Cancel);
        Assert.Equal(0, await CountAsync(page, "#chart rect.drag"));
        await AssertQuietAsync(page, app);
    }

    private static async Task<BrowserPage> OpenAsync(DashboardApp app, int width, bool isDark)
    {
        BrowserPage page = await BrowserPage.OpenAsync(app.Link, width, isDark, Cancel);
        await page.WaitForAsync("document.getElementById('status').textContent === 'Live'", Cancel);
        return page;
    }

    // With the keyboard: what is above a button may still grow while the page loads, and a click would miss it.
    private static async Task PressAsync(BrowserPage page, string button)
    {
        await page.EvaluateAsync($"document.querySelector({BrowserPage.Quote(button)}).focus()", Cancel);
        await page.PressAsync("Enter", Cancel);
    }

    private static async Task<int> CountAsync(BrowserPage page, string selector) =>
        (await page.EvaluateAsync($"document.querySelectorAll({BrowserPage.Quote(selector)}).length", Cancel))!.GetValue<int>();

    private static async Task AssertFitsAsync(BrowserPage page) =>
        Assert.Equal(0, (await page.EvaluateAsync("document.documentElement.scrollWidth - document.documentElement.clientWidth", Cancel))!.GetValue<int>());

    private static async Task AssertQuietAsync(BrowserPage page, DashboardApp app)
    {
        // A last call, so that everything that was reported before has been received.
        await page.EvaluateAsync("new Promise(requestAnimationFrame)", Cancel);
        Assert.Empty(page.Messages);
        Assert.All(page.Requests, request => Assert.StartsWith($"{app.Address}_nats", request, StringComparison.Ordinal));
    }
}
