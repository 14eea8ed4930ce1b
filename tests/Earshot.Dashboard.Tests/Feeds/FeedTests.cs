using System.Text.Json;
using Earshot.Dashboard.Feeds;
using Earshot.Dashboard.Tests.Kit;
using Earshot.Dashboard.Timeline;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Dashboard.Tests.Feeds;

/// <summary>Which connections are followed, and what is kept of them.</summary>
public sealed class FeedTests
{
    private static readonly ServiceProvider s_noServices = new ServiceCollection().BuildServiceProvider();

    [Fact]
    public void The_ring_keeps_the_newest_events()
    {
        var ring = new EventRing(100);
        Assert.Empty(ring.After(0, 10));
        for (int i = 1; i <= 250; i++)
        {
            Assert.Equal(i, ring.Add(0, Timed(i)));
        }

        Assert.Equal((151, 250), (ring.FirstId, ring.LastId));
        Assert.Equal([151L, 152L, 153L], ring.After(0, 3).Select(e => e.Id));
        Assert.Equal([249L, 250L], ring.After(248, 10).Select(e => e.Id));
        Assert.Empty(ring.After(250, 10));
        Assert.All(ring.After(0, 100), e => Assert.Equal($"{e.Id}", ((NatsServerErrorEvent)e.Event.Event).Text));
    }

    [Fact]
    public void A_track_forgets_failed_attempts_before_changes_of_state()
    {
        var events = new TrackEvents();
        NatsServer server = new() { Url = new Uri("nats://n1:4222") };
        events.Add(new TimedEvent(default, new NatsConnectingEvent { Servers = [] }));
        for (int i = 0; i < 1000; i++)
        {
            events.Add(new TimedEvent(default, new NatsConnectAttemptFailedEvent { Server = server, Exception = new TimeoutException() }));
        }

        Assert.Equal(TrackEvents.Capacity, events.All.Count);
        Assert.IsType<NatsConnectingEvent>(events.All[0].Event);
    }

    [Fact]
    public async Task Connections_that_appear_later_and_those_of_the_application_are_followed_once()
    {
        await using var first = new NatsConnection(new NatsOpts { Name = "first" });
        await using var second = new NatsConnection(new NatsOpts { Name = "second" });
        List<INatsConnection> mine = [first, first];
        ConnectionFeeds feeds = Feeds(new NatsDashboardOptions { MoreConnections = () => mine });
        feeds.Sample();
        LiveContent content = feeds.Read(100, "/_nats");
        Assert.Equal(["first"], content.Tracks.Select(track => track.Name));
        mine.Add(second);
        feeds.Sample();
        LiveChanges changes = feeds.ReadAfter(ViewerPosition.Parse(content.Position)!.Value, sample: 1)!;
        Assert.Equal("second", Assert.Single(changes.Tracks!).Track.Name);
        Assert.Equal(2, changes.Position.Tracks);
        Assert.Null(feeds.ReadAfter(changes.Position, changes.Sample));
    }

    [Fact]
    public void A_source_that_throws_costs_nothing_but_its_connections()
    {
        var log = new LogLines();
        ConnectionFeeds feeds = Feeds(new NatsDashboardOptions { MoreConnections = static () => throw new InvalidOperationException("not yet") }, log);
        feeds.Sample();
        feeds.Sample();
        Assert.Empty(feeds.Read(100, "/_nats").Tracks);
        Assert.Contains("MoreConnections threw", Assert.Single(log.All).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_cannot_be_followed_costs_nothing_but_itself()
    {
        await using var real = new NatsConnection(new NatsOpts { Name = "real" });
        await using var wrapped = new NatsConnection(new NatsOpts { Name = "wrapped" });
        INatsConnection mock = ForeignConnection.OfDefaults();
        INatsConnection silent = ForeignConnection.Around(wrapped, static member => member == "get_Events" ? static () => throw new InvalidOperationException("no journal") : null);
        var log = new LogLines();
        ConnectionFeeds feeds = Feeds(new NatsDashboardOptions { MoreConnections = () => [mock, silent, real] }, log);
        feeds.Sample();
        feeds.Sample();
        Assert.Equal(["real"], feeds.Read(100, "/_nats").Tracks.Select(track => track.Name));
        Assert.Equal(["cannot follow", "cannot follow"], log.All.Select(line => line.Text[14..27]));
    }

    [Fact]
    public async Task A_connection_whose_counters_cannot_be_read_any_more_keeps_its_last_ones()
    {
        await using var real = new NatsConnection(new NatsOpts { Name = "real" });
        await using var wrapped = new NatsConnection(new NatsOpts { Name = "wrapped" });
        bool isBroken = false;
        INatsConnection breaking = ForeignConnection.Around(wrapped, member => isBroken && member == "get_Stats" ? static () => throw new InvalidOperationException("no counters") : null);
        var log = new LogLines();
        ConnectionFeeds feeds = Feeds(new NatsDashboardOptions { MoreConnections = () => [breaking, real] }, log);
        feeds.Sample();
        isBroken = true;
        feeds.Sample();
        feeds.Sample();
        Assert.Equal(["wrapped", "real"], feeds.Read(100, "/_nats").Tracks.Select(track => track.Name));
        Assert.Contains("could not read the counters", Assert.Single(log.All).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_that_cannot_be_shown_are_counted()
    {
        await using var wrapped = new NatsConnection(new NatsOpts { Name = "wrapped" });
        var events = new NatsEvents(
            new NatsServerErrorEvent { Text = "stale connection" },
            new NatsConfigurationWarningEvent { Code = "no text", Text = null! });
        INatsConnection foreign = ForeignConnection.Around(wrapped, member => member == "get_Events" ? () => events : null);
        ConnectionFeeds feeds = Feeds(new NatsDashboardOptions { MoreConnections = () => [foreign], Addresses = NatsDashboardAddresses.Drop });
        feeds.Sample();
        LiveContent content = feeds.Read(100, "/_nats");
        Assert.Equal("ServerError", Assert.Single(content.Events).Kind);
        Assert.Contains("\"eventsNotShown\":1", JsonSerializer.Serialize(content, LiveJson.Default.LiveContent), StringComparison.Ordinal);
        Assert.Contains("\"eventsNotShown\":1", JsonSerializer.Serialize(content.AsFile(), PageJson.Default.PageContent), StringComparison.Ordinal);
        LiveChanges changes = feeds.ReadAfter(new ViewerPosition { Tracks = 1 }, sample: 0)!;
        Assert.Contains("\"eventsNotShown\":1", JsonSerializer.Serialize(changes, LiveJson.Default.LiveChanges), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rates_are_those_of_the_time_between_two_samples()
    {
        var time = new FakeTimeProvider();
        await using NatsTestServer server = await NatsTestServer.StartAsync(cancellationToken: DashboardApp.Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, Name = "orders" });
        await connection.ConnectAsync(DashboardApp.Cancel);
        ConnectionFeeds feeds = Feeds(new NatsDashboardOptions { MoreConnections = () => [connection] }, time: time);
        feeds.Sample();
        for (int i = 0; i < 50; i++)
        {
            await connection.PublishAsync("orders.new", "tea", cancellationToken: DashboardApp.Cancel);
        }

        await connection.PingAsync(DashboardApp.Cancel);
        time.Advance(TimeSpan.FromSeconds(2));
        feeds.Sample();
        Assert.Equal(25, Now().MsgsOut);
        time.Advance(TimeSpan.FromMinutes(10));
        await connection.PublishAsync("orders.new", "tea", cancellationToken: DashboardApp.Cancel);
        await connection.PingAsync(DashboardApp.Cancel);
        feeds.Sample();
        Assert.Equal(0, Now().MsgsOut); // the mean of ten minutes is no rate of this moment

        NowRow Now() => feeds.Read(0, "/_nats").Now[0];
    }

    private static ConnectionFeeds Feeds(NatsDashboardOptions options, LogLines? log = null, TimeProvider? time = null)
    {
        Microsoft.Extensions.Logging.ILogger logger = log?.CreateLogger("Earshot.Dashboard") ?? NullLogger.Instance;
        return new ConnectionFeeds(new ConnectionSources(s_noServices, options, logger), options, time ?? TimeProvider.System, logger);
    }

    private static TimedEvent Timed(int number) => new(default, new NatsServerErrorEvent { Text = $"{number}" });
}
