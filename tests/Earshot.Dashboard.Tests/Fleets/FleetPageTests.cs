using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Earshot.Dashboard.Tests.Feeds;
using Earshot.Dashboard.Tests.Kit;
using Earshot.Fleet.Tests.Story;
using Earshot.Testing;
using Xunit;

namespace Earshot.Dashboard.Tests.Fleets;

/// <summary>The page of the fleet over HTTP: who may read it, what it contains, and that it follows the streams.</summary>
public sealed partial class FleetPageTests
{
    private static readonly string[] s_paths = ["/_nats/fleet", "/_nats/fleet.js", "/_nats/fleet.css", "/_nats/fleet/events", "/_nats/fleet/save", "/_nats/fleet/connections", "/_nats/fleet/losses/0"];

    private static CancellationToken Cancel => DashboardApp.Cancel;

    [GeneratedRegex(@"<script(?<attributes>[^>]*)>(?<text>[\s\S]*?)</script>")]
    private static partial Regex Script { get; }

    [Fact]
    public async Task Without_the_option_there_is_no_page_of_a_fleet_and_no_link_to_it()
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await app.SignInAsync();
        foreach (string path in s_paths)
        {
            using HttpResponseMessage answer = await app.Http.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.DoesNotContain("/_nats/fleet", await app.GetAsync("/_nats"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_path_has_the_rules_of_the_dashboard()
    {
        await using FleetApp fleet = await FleetApp.StartAsync(signsIn: false);
        foreach (string path in s_paths)
        {
            using HttpResponseMessage missing = await fleet.App.Http.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, missing.StatusCode);
            using var forwarded = new HttpRequestMessage(HttpMethod.Get, path);
            forwarded.Headers.Add("X-Forwarded-For", "10.0.0.1");
            using HttpResponseMessage proxied = await fleet.App.Http.SendAsync(forwarded, Cancel);
            Assert.Equal(HttpStatusCode.NotFound, proxied.StatusCode);
            using HttpResponseMessage posted = await fleet.App.Http.PostAsync(path, null, Cancel);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        }

        await using DashboardApp production = await DashboardApp.StartAsync("Production", map: web => web.MapNatsDashboard(configure: options => options.Fleet = _ => throw new InvalidOperationException()));
        foreach (string path in s_paths)
        {
            using HttpResponseMessage answer = await production.Http.GetAsync(path, Cancel);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task The_page_follows_the_streams_and_both_pages_link_to_each_other()
    {
        await using FleetApp fleet = await FleetApp.StartAsync();
        using HttpResponseMessage answer = await fleet.App.Http.GetAsync("/_nats/fleet", Cancel);
        Assert.StartsWith("default-src 'none'; script-src 'self'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        string page = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("<a class=\"button\" href=\"/_nats\">Own connections</a>", page, StringComparison.Ordinal);
        Assert.Contains("<a class=\"button\" href=\"/_nats/fleet\">Fleet</a>", await fleet.App.GetAsync("/_nats"), StringComparison.Ordinal);
        await using EventStream stream = await EventStream.OpenAsync(fleet.App, path: "/_nats/fleet/events");
        await fleet.PublishAsync(new SomeFleet(TimeProvider.System.GetUtcNow(), 12, 4).StopFirst());
        JsonNode content = await stream.UntilAsync((_, content) => content["incidents"]!.AsArray().Count == 1 && content["losses"]!.GetValue<int>() == 4);
        Assert.Equal(["n1", "n2", "n3"], content["servers"]!.AsArray().Select(server => server!["name"]!.GetValue<string>()));
        string id = content["incidents"]![0]!["id"]!.GetValue<string>();
        Assert.Equal(4, JsonNode.Parse(await fleet.App.GetAsync($"/_nats/fleet/losses/{id}"))!.AsArray().Count);
        using HttpResponseMessage unknown = await fleet.App.Http.GetAsync("/_nats/fleet/losses/unknown", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        JsonNode found = JsonNode.Parse(await fleet.App.GetAsync("/_nats/fleet/connections?text=a11."))!;
        Assert.Equal("stock#a11.1", found["tracks"]!.AsArray().Single(track => track!["level"]!.GetValue<int>() == 0 && track["name"]!.GetValue<string>().Contains('#'))!["name"]!.GetValue<string>());
        Assert.Contains(id, await fleet.App.GetAsync("/_nats/fleet"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_that_has_the_picture_is_not_sent_it_again()
    {
        await using FleetApp fleet = await FleetApp.StartAsync();
        await using EventStream first = await EventStream.OpenAsync(fleet.App, path: "/_nats/fleet/events");
        (string type, _) = await first.NextAsync();
        Assert.Equal("content", type);
        await using EventStream second = await EventStream.OpenAsync(fleet.App, lastId: first.LastId, path: "/_nats/fleet/events");
        (_, JsonNode next) = await second.NextAsync();
        Assert.NotEqual(first.LastId, next["position"]!.GetValue<string>());
    }

    [Fact]
    public async Task More_viewers_than_allowed_are_refused()
    {
        await using FleetApp fleet = await FleetApp.StartAsync(options => options.MaxViewers = 1);
        await using EventStream first = await EventStream.OpenAsync(fleet.App, path: "/_nats/fleet/events");
        await first.NextAsync();
        await using EventStream second = await EventStream.OpenAsync(fleet.App, path: "/_nats/fleet/events");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.Response.StatusCode);
    }

    [Fact]
    public async Task Without_own_connections_the_page_of_the_fleet_is_the_only_one()
    {
        await using FleetApp fleet = await FleetApp.StartAsync(options => options.IncludeRegistered = false);
        using HttpResponseMessage answer = await fleet.App.Http.GetAsync("/_nats", Cancel);
        Assert.Equal((HttpStatusCode.Redirect, "/_nats/fleet"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
        Assert.DoesNotContain("Own connections", await fleet.App.GetAsync("/_nats/fleet"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_streams_and_a_connection_that_cannot_be_made_are_noted()
    {
        await using (FleetApp fleet = await FleetApp.StartAsync(withStreams: false))
        {
            await using EventStream stream = await EventStream.OpenAsync(fleet.App, path: "/_nats/fleet/events");
            await stream.UntilAsync((_, content) => content["notes"]!.AsArray().Any(note => note!.GetValue<string>().StartsWith("The stream EARSHOT_JOURNAL does not exist", StringComparison.Ordinal)));
        }

        await using FleetApp failing = await FleetApp.StartAsync(options => options.Fleet = _ => throw new InvalidOperationException("hunter2"));
        await using EventStream notes = await EventStream.OpenAsync(failing.App, path: "/_nats/fleet/events");
        JsonNode content = await notes.UntilAsync((_, content) => content["notes"]!.AsArray().Any(note => note!.GetValue<string>().StartsWith("The streams of the fleet cannot be read", StringComparison.Ordinal)));
        Assert.DoesNotContain("hunter2", content.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(failing.App.Log.OfDashboard, line => line.StartsWith("Error: The page of the fleet", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Hostile_text_in_every_field_stays_data_and_a_saved_page_loads_nothing()
    {
        await using FleetApp fleet = await FleetApp.StartAsync();
        var some = new SomeFleet(TimeProvider.System.GetUtcNow(), 9, 3, i => new StoryClient($"c{i}") { Name = SomeEvents.Hostile + i, User = SomeEvents.Hostile, Account = SomeEvents.Hostile });
        await fleet.PublishAsync(some.StopFirst());
        await using EventStream stream = await EventStream.OpenAsync(fleet.App, path: "/_nats/fleet/events");
        await stream.UntilAsync((_, content) => content["losses"]!.GetValue<int>() == 3);
        string page = await fleet.App.GetAsync("/_nats/fleet");
        MatchCollection scripts = Script.Matches(page);
        Assert.Equal(2, scripts.Count);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain('<', scripts[0].Groups["text"].Value);
        using var data = JsonDocument.Parse(scripts[0].Groups["text"].Value);
        Assert.Contains(data.RootElement.GetProperty("outages").EnumerateArray(), loss => loss.GetProperty("name").GetString()!.Contains("</script><script>alert(1)</script>", StringComparison.Ordinal));

        using HttpResponseMessage answer = await fleet.App.Http.GetAsync("/_nats/fleet/save", Cancel);
        Assert.Matches(@"^""?nats-fleet-\d{8}-\d{6}\.html""?$", answer.Content.Headers.ContentDisposition!.FileName);
        string file = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("default-src 'none'; script-src 'sha256-", file, StringComparison.Ordinal);
        Assert.DoesNotMatch("<(link|img|iframe|base|object|embed)|\\ssrc=|@import|url\\((?!#)|fetch\\(|EventSource|innerHTML|_nats", Script.Replace(file, match => match.Groups["attributes"].Value.Contains("json", StringComparison.Ordinal) ? "" : match.Value));
        Assert.Contains("Server Shutdown", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Planted_secrets_are_in_no_answer()
    {
        await using FleetApp fleet = await FleetApp.StartAsync();
        const string Secret = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjNG40cnkifQ.c2lnbmF0dXJl";
        await fleet.PublishAsync(new SomeFleet(TimeProvider.System.GetUtcNow(), 9, 3, i => new StoryClient($"c{i}") { Name = $"orders {Secret}", User = Secret }).StopFirst());
        const string Planted = """{"v":1,"conn":"x1","name":"SECRET","jwt":"SECRET","ev":[{"k":102,"n":1,"t":"TIME","s":1,"reason":"SECRET","srv":{"url":"nats://u:SECRET@h:4222"}}]}""";
        string body = Planted.Replace("SECRET", Secret, StringComparison.Ordinal).Replace("TIME", TimeProvider.System.GetUtcNow().ToString("O"), StringComparison.Ordinal);
        await fleet.Publisher.PublishAsync("earshot.v1.j.orders.i1.x1", body, Cancel);
        await using EventStream stream = await EventStream.OpenAsync(fleet.App, path: "/_nats/fleet/events");
        JsonNode content = await stream.UntilAsync((_, content) => content["losses"]!.GetValue<int>() == 3 && content["connections"]!.GetValue<int>() == 10);
        string id = content["incidents"]![0]!["id"]!.GetValue<string>();
        string shown = content.ToJsonString() + await fleet.App.GetAsync("/_nats/fleet") + await fleet.App.GetAsync("/_nats/fleet/save") + await fleet.App.GetAsync($"/_nats/fleet/losses/{id}") + await fleet.App.GetAsync("/_nats/fleet/connections?text=orders");
        Assert.DoesNotContain(Secret, shown, StringComparison.Ordinal);
        Assert.DoesNotContain("c4n4ry", shown, StringComparison.Ordinal);
        Assert.False(SecretScan.Find(shown).Success);
    }
}
