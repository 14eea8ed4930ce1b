using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Earshot.Dashboard.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Earshot.Dashboard.Tests.Streams;

/// <summary>The server-sent events of the page: order, continuation and limits.</summary>
public sealed class ViewerStreamTests
{
    [Fact]
    public async Task An_outage_arrives_as_events_and_as_a_track()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: DashboardApp.Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url);
        await using EventStream stream = await EventStream.OpenAsync(app);
        (string type, JsonNode content) = await stream.NextAsync();
        Assert.Equal("content", type);
        JsonNode track = Assert.Single(content["tracks"]!.AsArray())!;
        Assert.Equal("orders", track["name"]!.GetValue<string>());
        Assert.Equal("Open", track["periods"]!.AsArray()[^1]!["state"]!.GetValue<string>());

        server.Faults.Drop();
        List<string> kinds = [];
        JsonNode changed = await stream.UntilAsync((_, message) =>
        {
            kinds.AddRange(EventStream.EventsOf(message).Select(e => e["kind"]!.GetValue<string>()));
            return message["tracks"]?[0]?["outages"]?[0]?["to"] is not null;
        });
        Assert.Contains("Disconnected", kinds);
        JsonNode outage = changed["tracks"]![0]!["outages"]![0]!;
        Assert.True(outage["duration"]!.GetValue<double>() > 0);
    }

    [Fact]
    public async Task Events_arrive_once_and_in_order_and_a_viewer_continues_where_it_was()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: DashboardApp.Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url);
        INatsConnection connection = app.Services.GetRequiredService<INatsConnection>();
        List<string> seen = [];
        string? last;
        await using (EventStream first = await EventStream.OpenAsync(app))
        {
            Collect((await first.NextAsync()).Content, seen);
            await SubscribeAsync(connection, "a", 20);
            await first.UntilAsync((_, message) => Collect(message, seen).Contains("a.19", StringComparer.Ordinal));
            last = first.LastId;
        }

        await SubscribeAsync(connection, "b", 20);
        await using EventStream second = await EventStream.OpenAsync(app, after: "0-0-0", lastId: last);
        await second.UntilAsync((type, message) => type == "changes" ? Collect(message, seen).Contains("b.19", StringComparer.Ordinal) : throw new InvalidOperationException(type));
        string[] subjects = [.. seen.Where(subject => subject.Contains('.', StringComparison.Ordinal))];
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => $"a.{i}"), .. Enumerable.Range(0, 20).Select(i => $"b.{i}")], subjects);
    }

    [Theory]
    [InlineData("0-0-0")]
    [InlineData("1-2")]
    [InlineData("-1--1--1")]
    [InlineData("99999999999999999999999-1-1")]
    [InlineData("anything")]
    public async Task A_position_that_means_nothing_here_gets_everything(string position)
    {
        await using DashboardApp app = await DashboardApp.StartAsync();
        await app.SignInAsync();
        await using EventStream stream = await EventStream.OpenAsync(app, lastId: position);
        Assert.Equal("content", (await stream.NextAsync()).Type);
    }

    [Fact]
    public async Task A_viewer_that_was_away_too_long_gets_everything_again()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: DashboardApp.Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url, options => options.MaxEvents = 100);
        string? last;
        await using (EventStream first = await EventStream.OpenAsync(app))
        {
            await first.NextAsync();
            last = first.LastId;
        }

        await SubscribeAsync(app.Services.GetRequiredService<INatsConnection>(), "a", 150);
        await using EventStream other = await EventStream.OpenAsync(app);
        await other.UntilAsync((_, message) => Collect(message, []).Contains("a.149", StringComparer.Ordinal));
        await using EventStream second = await EventStream.OpenAsync(app, lastId: last);
        (string type, JsonNode content) = await second.NextAsync();
        Assert.Equal("content", type);
        Assert.Equal(100, content["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task More_viewers_than_allowed_are_refused_and_one_that_leaves_makes_room()
    {
        await using DashboardApp app = await DashboardApp.StartAsync(map: static web => web.MapNatsDashboard(configure: static options => options.MaxViewers = 2));
        await app.SignInAsync();
        EventStream first = await EventStream.OpenAsync(app);
        await using EventStream second = await EventStream.OpenAsync(app);
        await second.NextAsync();
        await first.NextAsync();
        await using (EventStream third = await EventStream.OpenAsync(app))
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, third.Response.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(10), third.Response.Headers.RetryAfter!.Delta);
        }

        await first.DisposeAsync();
        // The server notices the end of a request a moment later; the place is free then.
        HttpStatusCode status;
        do
        {
            await using EventStream next = await EventStream.OpenAsync(app);
            status = next.Response.StatusCode;
        }
        while (status == HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task A_viewer_that_does_not_read_delays_neither_the_connection_nor_another_viewer()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: DashboardApp.Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url, opts: static opts => opts with { HandlerStallThreshold = TimeSpan.FromSeconds(30) });
        INatsConnection connection = app.Services.GetRequiredService<INatsConnection>();
        using var socket = new TcpClient { ReceiveBufferSize = 1024 };
        await socket.ConnectAsync(app.Address.Host, app.Address.Port, DashboardApp.Cancel);
        string cookie = app.Cookie;
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /_nats/events HTTP/1.1\r\nHost: {app.Address.Authority}\r\nCookie: {cookie}\r\n\r\n"), DashboardApp.Cancel);
        byte[] start = new byte[12];
        await socket.GetStream().ReadExactlyAsync(start, DashboardApp.Cancel);
        Assert.Equal("HTTP/1.1 200", Encoding.ASCII.GetString(start));

        // The connection is followed from the first content on; events of subscriptions are only made for a reader.
        await using EventStream reading = await EventStream.OpenAsync(app);
        List<string> seen = [];
        Collect((await reading.NextAsync()).Content, seen);

        // Far more than the buffers of the sockets and of the server hold.
        string filler = new('x', 500);
        for (int round = 0; round < 30; round++)
        {
            await SubscribeAsync(connection, $"{filler}.{round}", 200);
            await reading.UntilAsync((_, message) => Collect(message, seen).Contains($"{filler}.{round}.199", StringComparer.Ordinal));
        }

        await connection.PingAsync(DashboardApp.Cancel);
        Assert.Equal(6_000, seen.Count);
        Assert.DoesNotContain(connection.Events.ToList(), e => e is NatsListenerStalledEvent);
    }

    [Fact]
    public async Task A_stop_of_the_application_ends_the_streams()
    {
        DashboardApp app = await DashboardApp.StartAsync();
        await app.SignInAsync();
        await using EventStream stream = await EventStream.OpenAsync(app);
        await stream.NextAsync();
        Task stopped = app.DisposeAsync().AsTask();
        await Assert.ThrowsAnyAsync<Exception>(() => stream.UntilAsync((_, _) => false));
        await stopped.WaitAsync(TimeSpan.FromSeconds(20), DashboardApp.Cancel);
    }

    [Fact]
    public async Task Rates_are_sent_each_second()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: DashboardApp.Cancel);
        await using DashboardApp app = await DashboardApp.OpenAsync(server.Url);
        INatsConnection connection = app.Services.GetRequiredService<INatsConnection>();
        await using EventStream stream = await EventStream.OpenAsync(app);
        await stream.NextAsync(); // the counters have been read
        for (int i = 0; i < 1_000; i++) // more than 10 a second also when a tick is late
        {
            await connection.PublishAsync("orders.new", "tea", cancellationToken: DashboardApp.Cancel);
        }

        await connection.PingAsync(DashboardApp.Cancel);
        JsonNode message = await stream.UntilAsync((_, content) => content["now"]?.AsArray().Any(row => row!["msgsOut"]!.GetValue<double>() > 10) == true);
        JsonNode row = message["now"]![0]!;
        Assert.Equal("Open", row["state"]!.GetValue<string>());
        Assert.True(row["bytesOut"]!.GetValue<double>() > 100);
    }

    private static async Task SubscribeAsync(INatsConnection connection, string prefix, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await using INatsSub<string> sub = await connection.SubscribeCoreAsync<string>($"{prefix}.{i}", cancellationToken: DashboardApp.Cancel);
        }
    }

    // The subjects of the subscriptions that were created, in the order of their arrival.
    private static List<string> Collect(JsonNode content, List<string> seen)
    {
        seen.AddRange(
            from e in EventStream.EventsOf(content)
            where e["kind"]!.GetValue<string>() == "SubscriptionCreated"
            from pair in e["details"]!.AsArray()
            where pair![0]!.GetValue<string>() == "subject"
            select pair![1]!.GetValue<string>());
        return seen;
    }
}
