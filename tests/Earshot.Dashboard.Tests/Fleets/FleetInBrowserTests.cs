using Earshot.Dashboard.Tests.Feeds;
using Earshot.Dashboard.Tests.Kit;
using Earshot.Dashboard.Tests.Pages;
using Earshot.Fleet;
using Earshot.Fleet.Tests.Story;
using Earshot.Testing;
using Xunit;

namespace Earshot.Dashboard.Tests.Fleets;

/// <summary>The page of the fleet in a browser: it follows an incident, a bar opens what both sides say, many connections stay readable, hostile text is text.</summary>
[Trait("Duration", "Long")]
[Collection(OneBrowser.Name)]
public sealed class FleetInBrowserTests
{
    private static CancellationToken Cancel => DashboardApp.Cancel;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData(400, true)]
    [InlineData(1280, false)]
    [InlineData(2560, true)]
    public async Task The_page_follows_an_incident_and_a_bar_opens_what_both_sides_say(int width, bool isDark)
    {
        await using FleetApp fleet = await FleetApp.StartAsync();
        var some = new SomeFleet(Now, 40, 8);
        await fleet.PublishAsync(some);
        await using BrowserPage page = await OpenAsync(fleet, width, isDark);
        await page.WaitForAsync("document.querySelectorAll('#servers tbody tr').length === 3", Cancel);
        Assert.Contains("No incident", await page.TextAsync("#no-incident", Cancel), StringComparison.Ordinal);
        List<FleetRecord> before = [.. some.Story.Records];
        some.StopFirst();
        await fleet.Publisher.PublishAsync(some.Story.Records.Except(before), Cancel);
        await page.WaitForAsync("document.querySelectorAll('#chart rect.Lost').length === 8", Cancel);
        Assert.Contains("lost n1", await page.TextAsync("#incidents", Cancel), StringComparison.Ordinal);
        Assert.Contains("lost n1", await page.TextAsync("#announcement", Cancel), StringComparison.Ordinal);
        await page.ClickAsync("#chart rect.Lost", Cancel);
        await page.WaitForAsync("!document.getElementById('said').hidden", Cancel);
        string said = await page.TextAsync("#said", Cancel);
        Assert.All(["Client says", "Server says", "Server Shutdown", "Verdict", "stopped without lame duck mode", "Since then"], text => Assert.Contains(text, said, StringComparison.Ordinal));
        await page.EvaluateAsync("document.querySelector('.incident').focus()", Cancel);
        await page.PressAsync("Enter", Cancel);
        await page.WaitForAsync("document.querySelectorAll('#losses tbody tr').length === 8", Cancel);
        Assert.Contains("nothing: no journal", await page.TextAsync("#losses", Cancel), StringComparison.Ordinal);
        Assert.Contains("not connected again", await page.TextAsync("#losses", Cancel), StringComparison.Ordinal);
        before = [.. some.Story.Records];
        some.Story.Connect(some.Clients[0], some.Servers[2], TimeSpan.FromSeconds(3));
        await fleet.Publisher.PublishAsync(some.Story.Records.Except(before), Cancel);
        await page.WaitForAsync("!document.getElementById('losses').innerText.includes('not connected again') && document.querySelector('.incident.now') === null", Cancel);
        await AssertFitsAsync(page);
        await Screenshots.SaveAsync(page, width, $"fleet-{width}-{(isDark ? "dark" : "light")}");
        await AssertQuietAsync(page, fleet);
    }

    [Theory]
    [InlineData(1, 400, true)]
    [InlineData(1, 1280, false)]
    [InlineData(40, 2560, true)]
    [InlineData(2_000, 400, false)]
    [InlineData(2_000, 1280, true)]
    [InlineData(2_000, 2560, false)]
    public async Task Many_connections_stay_readable(int count, int width, bool isDark)
    {
        await using FleetApp fleet = await FleetApp.StartAsync();
        await fleet.PublishAsync(new SomeFleet(Now, count, count / 4).StopFirst());
        await using EventStream stream = await EventStream.OpenAsync(fleet.App, path: "/_nats/fleet/events");
        await stream.UntilAsync((_, content) => content["connections"]!.GetValue<int>() >= count);
        await using BrowserPage page = await OpenAsync(fleet, width, isDark);
        await page.WaitForAsync("document.querySelectorAll('#chart text.row-name').length >= 1", Cancel);
        Assert.InRange((await page.EvaluateAsync("document.querySelectorAll('*').length", Cancel))!.GetValue<int>(), 1, 6_000);
        Assert.Contains($"seen, {count / 4:N0} with a loss", await page.TextAsync("#rows-note", Cancel), StringComparison.Ordinal);
        if (count > 1_000)
        {
            await page.EvaluateAsync("document.getElementById('rows-text').focus()", Cancel);
            await page.TypeAsync("a1999.", Cancel);
            await page.WaitForAsync("[...document.querySelectorAll('#chart text.row-name title')].some(name => name.textContent === 'orders-api#a1999.1')", Cancel);
        }

        await AssertFitsAsync(page);
        await Screenshots.SaveAsync(page, width, $"fleet-many-{count}-{width}-{(isDark ? "dark" : "light")}");
        await AssertQuietAsync(page, fleet);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(1280)]
    public async Task Hostile_text_is_shown_as_text_and_fits_also_in_a_saved_page(int width)
    {
        await using FleetApp fleet = await FleetApp.StartAsync();
        string huge = SomeEvents.Hostile + new string('W', 600);
        await fleet.PublishAsync(new SomeFleet(Now, 9, 3, i => new StoryClient($"c{i}") { Name = huge, User = huge, Account = huge }).StopFirst());
        await using BrowserPage page = await OpenAsync(fleet, width, isDark: false);
        await page.WaitForAsync("document.querySelectorAll('#chart rect.Lost').length === 3", Cancel);
        await page.EvaluateAsync("document.querySelector('.incident').click()", Cancel);
        await page.WaitForAsync("document.querySelectorAll('#losses tbody tr').length === 3", Cancel);
        Assert.Equal(0, (await page.EvaluateAsync("document.querySelectorAll('img, main script, #announcement script').length", Cancel))!.GetValue<int>());
        Assert.Contains("</script><script>alert(1)</script>", await page.TextAsync("#losses", Cancel), StringComparison.Ordinal);
        await AssertFitsAsync(page);
        await Screenshots.SaveAsync(page, width, $"fleet-hostile-{width}");
        await AssertQuietAsync(page, fleet);

        string file = Path.Combine(Directory.CreateTempSubdirectory("earshot-fleet-").FullName, "saved.html");
        await File.WriteAllTextAsync(file, await fleet.App.GetAsync("/_nats/fleet/save"), Cancel);
        await using BrowserPage saved = await BrowserPage.OpenAsync(new Uri(file), width, isDark: false, Cancel);
        await saved.WaitForAsync("document.querySelectorAll('#chart rect.Lost').length === 3", Cancel);
        await saved.EvaluateAsync("document.querySelector('.incident').click()", Cancel);
        await saved.WaitForAsync("document.querySelectorAll('#losses tbody tr').length === 3", Cancel);
        Assert.Empty(saved.Messages);
        Assert.EndsWith("/saved.html", Assert.Single(saved.Requests), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task Ten_thousand_connections_are_painted_in_two_seconds()
    {
        await using FleetApp fleet = await FleetApp.StartAsync();
        await fleet.PublishAsync(new SomeFleet(Now, 10_000, 3_000).StopFirst());
        await using (EventStream stream = await EventStream.OpenAsync(fleet.App, path: "/_nats/fleet/events"))
        {
            await stream.UntilAsync((_, content) => content["connections"]!.GetValue<int>() >= 10_000);
        }

        await using BrowserPage page = await OpenAsync(fleet, 1280, isDark: false);
        await page.WaitForAsync("document.querySelectorAll('#chart rect.Lost').length > 100", Cancel);
        double painted = (await page.EvaluateAsync("performance.now()", Cancel))!.GetValue<double>(); // since the page was asked for; at this frame all rows are there
        TestContext.Current.TestOutputHelper?.WriteLine($"10,000 connections: painted with all rows after at most {painted:0} ms");
        Assert.InRange(painted, 0, 2_000);
        await AssertQuietAsync(page, fleet);
    }

    [Fact]
    public async Task A_press_in_the_chart_that_ends_elsewhere_does_not_stop_the_drawing()
    {
        await using FleetApp fleet = await FleetApp.StartAsync();
        await using BrowserPage page = await OpenAsync(fleet, 1280, isDark: false);
        await page.EvaluateAsync("""
            document.getElementById('chart').dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, button: 0, buttons: 1 }));
            document.getElementById('title').dispatchEvent(new PointerEvent('pointerup', { bubbles: true, button: 0 }));
            """, Cancel);
        await fleet.PublishAsync(new SomeFleet(Now, 12, 4).StopFirst());
        await page.WaitForAsync("document.querySelectorAll('#chart rect.Lost').length === 4", Cancel);
        await AssertQuietAsync(page, fleet);
    }

    private static async Task<BrowserPage> OpenAsync(FleetApp fleet, int width, bool isDark)
    {
        BrowserPage page = await BrowserPage.OpenAsync(fleet.App.Link, width, isDark, Cancel);
        await page.EvaluateAsync("document.querySelector('a[href=\"/_nats/fleet\"]').click()", Cancel);
        await page.WaitForAsync("document.querySelector('.fleet') !== null && document.getElementById('status').textContent === 'Live'", Cancel);
        return page;
    }

    private static async Task AssertFitsAsync(BrowserPage page) =>
        Assert.Equal(0, (await page.EvaluateAsync("document.documentElement.scrollWidth - document.documentElement.clientWidth", Cancel))!.GetValue<int>());

    private static async Task AssertQuietAsync(BrowserPage page, FleetApp fleet)
    {
        await page.EvaluateAsync("new Promise(requestAnimationFrame)", Cancel);
        Assert.Empty(page.Messages);
        Assert.All(page.Requests, request => Assert.StartsWith($"{fleet.App.Address}_nats", request, StringComparison.Ordinal));
    }
}
