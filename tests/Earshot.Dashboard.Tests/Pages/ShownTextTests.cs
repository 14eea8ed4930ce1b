using System.Text.Json;
using System.Text.RegularExpressions;
using Earshot.Dashboard.Tests.Feeds;
using Earshot.Dashboard.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.Dashboard.Tests.Pages;

/// <summary>What is shown, as what, and what never is: hostile text, secrets, subjects, addresses, exceptions.</summary>
public sealed partial class ShownTextTests
{
    private const string Secret = "c4n4ry-dashboard-5up3r";

    [GeneratedRegex(@"<script(?<attributes>[^>]*)>(?<text>[\s\S]*?)</script>")]
    private static partial Regex Script { get; }

    [Fact]
    public async Task Hostile_text_in_every_field_stays_data()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { Name = SomeEvents.Hostile });
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url, opts: opts => opts with { Name = SomeEvents.Hostile });
        await SomeEvents.CauseAsync(app, server, SomeEvents.Hostile, SomeEvents.Hostile);
        string page = await app.GetAsync("/_nats");
        MatchCollection scripts = Script.Matches(page);
        Assert.Equal(2, scripts.Count);
        Assert.Equal("""src="/_nats/app.js" """.Trim(), scripts[1].Groups["attributes"].Value.Trim());
        Assert.Empty(scripts[1].Groups["text"].Value);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        string json = scripts[0].Groups["text"].Value;
        Assert.DoesNotContain('<', json);
        Assert.All(json, c => Assert.InRange(c, ' ', '~'));
        using var data = JsonDocument.Parse(json);
        Assert.Contains("</script><script>alert(1)</script>", data.RootElement.GetProperty("tracks")[0].GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Contains(@"\u202egnp.exe \u001b[31m\u2028", data.RootElement.GetProperty("tracks")[0].GetProperty("name").GetString(), StringComparison.Ordinal);
        Assert.Contains("</script>", data.RootElement.GetProperty("now")[0].GetProperty("server").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("<img", await app.GetAsync("/_nats/save"), StringComparison.Ordinal);
        Assert.DoesNotContain('<', await app.GetAsync("/_nats/servers/0"));
    }

    [Fact]
    public async Task Planted_secrets_are_in_no_answer()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions { Users = [new NatsTestServerUser("orders", Secret)] });
        string url = server.Url.Replace("nats://", $"nats://orders:{Secret}@", StringComparison.Ordinal);
        await using DashboardApp app = await DashboardApp.OpenAsync(url);
        string shown = await SomeEvents.CauseAsync(app, server, $"bad password {Secret}");
        await using EventStream stream = await EventStream.OpenAsync(app);
        shown += (await stream.NextAsync()).Content.ToJsonString();
        Match found = SecretScan.Find(shown);
        Assert.False(found.Success, found.Success ? shown[Math.Max(0, found.Index - 200)..found.Index] : "");
        Assert.Contains("ListenerFaulted", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("nonce", shown, StringComparison.OrdinalIgnoreCase);
        Assert.All(app.Log.OfDashboard, line => Assert.DoesNotContain(Secret, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Exceptions_of_the_application_are_types_unless_asked_for()
    {
        const string Thrown = "card 4111";
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions());
        await using (DashboardApp app = await DashboardApp.OpenAsync(server.Url))
        {
            string shown = await SomeEvents.CauseAsync(app, server, "nothing", Thrown);
            Assert.Contains("listener listener threw", shown, StringComparison.Ordinal);
            Assert.Contains("InvalidOperationException", shown, StringComparison.Ordinal);
            Assert.DoesNotContain(Thrown, shown, StringComparison.Ordinal);
        }

        await using DashboardApp open = await DashboardApp.OpenAsync(server.Url, options => options.ShowExceptionMessages = true);
        Assert.Contains(Thrown, await SomeEvents.CauseAsync(open, server, "nothing", Thrown), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(NatsDashboardSubjects.Keep, true)]
    [InlineData(NatsDashboardSubjects.Hash, false)]
    [InlineData(NatsDashboardSubjects.Drop, false)]
    public async Task Subjects_are_shown_as_the_option_says(NatsDashboardSubjects subjects, bool isShown)
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions());
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url, options => options.Subjects = subjects);
        string shown = await SomeEvents.CauseAsync(app, server, "nothing");
        Assert.Equal(isShown, shown.Contains("secret-subject", StringComparison.Ordinal));
        Assert.Contains("SubscriptionCreated", shown, StringComparison.Ordinal);
        if (!isShown)
        {
            Assert.Contains(subjects == NatsDashboardSubjects.Hash ? "#" : "(subject)", shown[shown.IndexOf("SubscriptionCreated", StringComparison.Ordinal)..], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(NatsDashboardAddresses.Keep, "127.0.0.1")]
    [InlineData(NatsDashboardAddresses.Truncate, "127.0.0.x")]
    [InlineData(NatsDashboardAddresses.Drop, "nats://ip")]
    public async Task Addresses_are_shown_as_the_option_says(NatsDashboardAddresses addresses, string expected)
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions());
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url, options => options.Addresses = addresses);
        string shown = await SomeEvents.CauseAsync(app, server, "from 10.20.30.40 and 2001:db8:1:2:3:4:5:6");
        Assert.Contains(expected, shown, StringComparison.Ordinal);
        if (addresses != NatsDashboardAddresses.Keep)
        {
            Assert.All(["127.0.0.1", "30.40", "3:4:5:6"], hidden => Assert.DoesNotContain(hidden, shown, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_saved_page_is_one_file_that_loads_nothing()
    {
        await using NatsTestServer server = await StartAsync(new NatsTestServerOptions());
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url);
        await SomeEvents.CauseAsync(app, server, "an error");
        using HttpResponseMessage answer = await app.Http.GetAsync("/_nats/save", DashboardApp.Cancel);
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Matches(@"^""?nats-\d{8}-\d{6}\.html""?$", answer.Content.Headers.ContentDisposition.FileName);
        string page = await answer.Content.ReadAsStringAsync(DashboardApp.Cancel);
        Assert.Contains("default-src 'none'; script-src 'sha256-", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("<(link|img|iframe|base|object|embed)|\\ssrc=|@import|url\\((?!#)|fetch\\(|EventSource|innerHTML|_nats", page);
        Assert.Contains("an error", page, StringComparison.Ordinal);
    }

    private static Task<NatsTestServer> StartAsync(NatsTestServerOptions options) => NatsTestServer.StartAsync(options, DashboardApp.Cancel);
}
