using System.Net;
using System.Text.Json;
using Earshot.Fleet.Tests.Story;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Cli.Tests.Fleet;

/// <summary><c>earshot fleet page</c>: the page of the streams that a real server has, for a browser on this machine.</summary>
public sealed class FleetPageTests : IDisposable
{
    private readonly HttpClient _browser = new(new SocketsHttpHandler { UseProxy = false });
    private readonly HttpClient _stranger = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _browser.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task The_link_opens_the_page_and_nothing_else_does()
    {
        await using NatsServerProcess server = await StartAsync();
        var run = ToolRun.Start(static host => host, "fleet", "page", "--server", server.Url, "--window", "2h");
        await run.WroteErrorAsync("Ctrl+C ends");
        var link = new Uri(Assert.Single(run.Lines)["NATS dashboard, for this machine only: ".Length..]);
        Assert.Equal(("127.0.0.1", "/_nats"), (link.Host, link.AbsolutePath));

        string page = await _browser.GetStringAsync(link, Token);
        Assert.StartsWith("<!doctype html>", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("NATS fleet", page, StringComparison.Ordinal);
        string content = await WhenAsync(new Uri(link, "/_nats/fleet/connections?text=a1"), "orders-api#a1.1");
        Assert.Contains("\"n1\"", content, StringComparison.Ordinal);

        foreach (string path in (string[])["/_nats", "/_nats/fleet", "/_nats?token=0", "/_nats/fleet/connections", "/"])
        {
            using HttpResponseMessage answer = await _stranger.GetAsync(new Uri(link, path), Token);
            Assert.False(answer.IsSuccessStatusCode, path);
            Assert.Equal("", answer.Headers.Server.ToString());
        }

        await run.Stop.CancelAsync();
        Assert.Equal(130, await run.Code);
        await Assert.ThrowsAsync<HttpRequestException>(() => _browser.GetStringAsync(link, Token));
    }

    [Fact]
    public async Task The_link_as_JSON_opens_the_page()
    {
        await using NatsServerProcess server = await StartAsync();
        var run = ToolRun.Start(static host => host, "fleet", "page", "--server", server.Url, "--json");
        await run.WroteErrorAsync("Ctrl+C ends");
        JsonElement answer = JsonDocument.Parse(Assert.Single(run.Lines)).RootElement;
        Assert.Equal("fleetPage", answer.GetProperty("type").GetString());
        Assert.Contains("NATS fleet", await _browser.GetStringAsync(new Uri(answer.GetProperty("url").GetString()!), Token), StringComparison.Ordinal);
        await run.Stop.CancelAsync();
        Assert.Equal(130, await run.Code);
    }

    [Fact]
    public async Task A_port_in_use_is_an_error()
    {
        await using NatsServerProcess server = await StartAsync();
        using var other = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        other.Start();
        string port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        ToolRun run = await ToolRun.EndOfAsync("fleet", "page", "--server", server.Url, "--port", port);
        Assert.Equal(2, await run.Code);
        Assert.Contains($"Port {port} cannot be used", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port is 65536; it must be 0 to 65535", "--port", "65536")]
    [InlineData("--window is 'soon'", "--window", "soon")]
    public async Task A_value_that_is_not_valid_is_an_error_of_usage(string text, params string[] arguments)
    {
        ToolRun run = await ToolRun.EndOfAsync(["fleet", "page", .. arguments]);
        Assert.Equal(2, await run.Code);
        Assert.Contains(text, run.Error, StringComparison.Ordinal);
    }

    // A server whose streams have two connections of one service.
    private static async Task<NatsServerProcess> StartAsync()
    {
        NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await connection.ConnectAsync(Token);
        var publisher = new StreamPublisher(connection);
        await publisher.CreateAsync(Token);
        var story = new ClusterStory { Now = TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(2) };
        StoryServer first = story.Start("n1");
        for (int i = 0; i < 2; i++)
        {
            story.Connect(new StoryClient($"c{i}") { Name = $"orders-api#a{i}.1" }, first);
        }

        await publisher.PublishAsync(story.Records, Token);
        return server;
    }

    // The page reads the streams when it is opened for the first time.
    private async Task<string> WhenAsync(Uri address, string text)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (true)
        {
            string content = await _browser.GetStringAsync(address, limit.Token);
            if (content.Contains(text, StringComparison.Ordinal))
            {
                return content;
            }

            await Task.Delay(20, limit.Token);
        }
    }
}
