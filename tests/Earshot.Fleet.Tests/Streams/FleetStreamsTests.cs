using Earshot.JetStream;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>The streams on real servers: created once, compared afterwards, never changed.</summary>
public sealed class FleetStreamsTests : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _owned = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Streams_are_created_with_all_settings_and_are_unchanged_the_next_time()
    {
        INatsJSContext context = await StartAsync(await NatsServerLocator.Newest);
        IReadOnlyList<FleetStreamResult> created = await FleetStreams.CreateAsync(context, cancellationToken: Token);
        Assert.Equal([(FleetStreams.JournalName, FleetStreamOutcome.Created, 1), (FleetStreams.ServersName, FleetStreamOutcome.Created, 1)], created.Select(result => (result.Name, result.Outcome, result.Replicas)));
        Assert.All(created, result => Assert.Empty(result.Differences));
        StreamConfig config = (await context.GetStreamAsync(FleetStreams.ServersName, cancellationToken: Token)).Info.Config;
        Assert.Equal((StreamConfigStorage.File, StreamConfigCompression.S2, StreamConfigDiscard.Old, true, true), (config.Storage, config.Compression, config.Discard, config.AllowDirect, config.DenyDelete));
        Assert.Equal((TimeSpan.FromDays(7), TimeSpan.FromMinutes(2), 1L << 30, "earshot.live.s.>"), (config.MaxAge, config.DuplicateWindow, config.MaxBytes, config.Republish!.Dest));
        IReadOnlyList<FleetStreamResult> again = await FleetStreams.CreateAsync(context, cancellationToken: Token);
        Assert.All(again, result => Assert.Equal((FleetStreamOutcome.Unchanged, 0), (result.Outcome, result.Differences.Count)));
    }

    [Fact]
    public async Task Stream_with_other_settings_is_not_changed_and_every_difference_is_named()
    {
        INatsJSContext context = await StartAsync(await NatsServerLocator.Newest);
        await context.CreateStreamAsync(new StreamConfig(FleetStreams.ServersName, ["earshot.v1.s.>"]) { Storage = StreamConfigStorage.Memory, MaxBytes = 1000, MaxMsgSize = 500, MaxAge = TimeSpan.FromDays(7) }, Token);
        FleetStreamResult result = (await FleetStreams.CreateAsync(context, cancellationToken: Token))[1];
        Assert.Equal(FleetStreamOutcome.Different, result.Outcome);
        Assert.Equal(["storage", "compression", "max_bytes", "max_msg_size", "allow_direct", "deny_delete", "republish"], result.Differences.Select(difference => difference.Setting));
        Assert.Contains(new FleetStreamDifference("max_bytes", "1073741824", "1000"), result.Differences);
        Assert.Contains(new FleetStreamDifference("republish", "earshot.v1.s.> to earshot.live.s.>", "none"), result.Differences);
        Assert.Equal(1000, (await context.GetStreamAsync(FleetStreams.ServersName, cancellationToken: Token)).Info.Config.MaxBytes);
    }

    [Fact]
    public async Task Old_server_creates_the_streams_without_what_it_does_not_know_and_that_is_named()
    {
        INatsJSContext context = await StartAsync(await NatsServerLocator.Oldest);
        IReadOnlyList<FleetStreamResult> created = await FleetStreams.CreateAsync(context, cancellationToken: Token);
        Assert.All(created, result => Assert.Equal(FleetStreamOutcome.Created, result.Outcome));
        Assert.All(created.SelectMany(result => result.Differences), difference => Assert.Equal("compression", difference.Setting));
    }

    [Fact]
    public async Task More_replicas_than_servers_are_an_error_when_they_were_asked_for()
    {
        INatsJSContext context = await StartAsync(await NatsServerLocator.Newest);
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(() => FleetStreams.CreateAsync(context, new FleetStreamOptions { Replicas = 3 }, Token));
        Assert.Contains("replicas", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => FleetStreams.CreateAsync(context, new FleetStreamOptions { Replicas = 6 }, Token));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => FleetStreams.CreateAsync(context, new FleetStreamOptions { MaxAge = TimeSpan.Zero }, Token));
    }

    public async ValueTask DisposeAsync()
    {
        _owned.Reverse();
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }
    }

    private async Task<INatsJSContext> StartAsync(string binary)
    {
        NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true, Binary = binary }, Token);
        _owned.Add(server);
        var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        _owned.Add(connection);
        await connection.ConnectAsync(Token);
        return connection.CreateJetStreamContext();
    }
}
