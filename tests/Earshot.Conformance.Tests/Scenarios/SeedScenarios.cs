using Earshot.Connections;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>Which of several addresses a first connect ends at, and what it tells of the others.</summary>
public sealed class SeedScenarios
{
    [Fact]
    public async Task Hung_first_seed_gets_company_and_is_abandoned_when_the_second_answers()
    {
        await using ITestServer server = await OnStage.ServerAsync();
        await using var hung = new FaultProxy(server.Port) { StaySilent = true };
        await using JournalRecorder journal = OnStage.Record($"{hung.Url},{server.Url}", o => o with { ConnectTimeout = TimeSpan.FromSeconds(25) });

        await journal.Connection.ConnectAsync(OnStage.Token).Within();

        NatsConnectAttemptEvent[] attempts = [.. journal.All<NatsConnectAttemptEvent>()];
        Assert.Equal([new Uri(hung.Url), new Uri(server.Url)], attempts.Select(e => e.Server.Url));
        NatsConnectAttemptFailedEvent abandoned = journal.Only<NatsConnectAttemptFailedEvent>();
        Assert.True(abandoned.Abandoned);
        Assert.Equal(attempts[0].AttemptId, abandoned.AttemptId);
        Assert.Equal(attempts[1].AttemptId, journal.Only<NatsConnectedEvent>().AttemptId);
    }

    [Fact]
    public async Task Four_dead_seeds_are_told_and_the_fifth_is_used_in_the_same_call()
    {
        ReservedPort[] dead = [.. Enumerable.Range(0, 4).Select(_ => ReservedPort.Take())];
        try
        {
            await using ITestServer server = await OnStage.ServerAsync();
            string[] urls = [.. dead.Select(port => $"nats://127.0.0.1:{port.Number}"), server.Url];
            await using JournalRecorder journal = OnStage.Record(string.Join(',', urls));

            await journal.Connection.ConnectAsync(OnStage.Token).Within();

            Assert.Equal(urls.Select(url => new Uri(url)), journal.All<NatsConnectAttemptEvent>().Select(e => e.Server.Url));
            Assert.All(journal.All<NatsConnectAttemptFailedEvent>(), e => Assert.Equal(ConnectPhase.Tcp, e.Phase));
            Assert.Equal(5, journal.Only<NatsConnectedEvent>().Attempts);
            Assert.Empty(journal.All<NatsReconnectDelayEvent>());
        }
        finally
        {
            Array.ForEach(dead, port => port.Dispose());
        }
    }

    [Fact]
    public async Task Http_port_instead_of_a_nats_port_is_a_clear_error()
    {
        await using ITestServer server = await OnStage.ServerAsync();
        await using JournalRecorder journal = OnStage.Record($"nats://{server.MonitoringUrl.Authority}", o => o with { ConnectTimeout = TimeSpan.FromMilliseconds(500) });

        NatsConnectionFailedException failed = await Assert.ThrowsAsync<NatsConnectionFailedException>(() => journal.Connection.ConnectAsync(OnStage.Token).Within());

        Assert.Equal(ConnectPhase.Info, Assert.Single(failed.Failures).Phase);
        Assert.Contains(server.MonitoringUrl.Authority, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_addresses_of_a_server_are_told_and_not_used()
    {
        var dialer = new ScriptedDialer(TimeProvider.System);
        dialer.Server("a").Plays(async peer =>
        {
            await peer.SendInfoAsync(["", "%00", "host with space:4222", "10.0.0.1:99999999", "u:p@evil:4222", "b:4222"]);
            await peer.FinishHandshakeAsync(OnStage.Token);
            await peer.ServeAsync(OnStage.Token);
        });
        await using JournalRecorder journal = RecordInMemory(dialer, "nats://a:4222");

        await journal.Connection.ConnectAsync(OnStage.Token).Within();

        NatsDiscoveredServersEvent discovered = await journal.WhenAsync<NatsDiscoveredServersEvent>(cancellationToken: OnStage.Token);
        Assert.Equal([new Uri("nats://b:4222")], discovered.Added);
        Assert.True(journal.All<NatsConfigurationWarningEvent>().Count >= 4, journal.Timeline());
        Assert.Equal(2, journal.Connection.Servers.Count);
    }

    [Fact]
    public async Task Flapping_server_is_dialled_at_most_ten_times_in_five_seconds()
    {
        var dialer = new ScriptedDialer(TimeProvider.System);
        dialer.Server("a").Plays(async peer =>
        {
            try
            {
                await peer.HandshakeAsync(OnStage.Token);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The test is over, and the client has hung up in the middle of one more handshake.
            }

            peer.Close();
        });
        await using JournalRecorder journal = RecordInMemory(dialer, "nats://a:4222");
        await journal.Connection.ConnectAsync(OnStage.Token).Within();
        TimeSpan start = journal.Only<NatsConnectingEvent>().Elapsed;

        await journal.WhenAsync<NatsConnectAttemptEvent>(e => e.Elapsed - start > TimeSpan.FromSeconds(5), cancellationToken: OnStage.Token);

        Assert.InRange(journal.All<NatsConnectAttemptEvent>().Count(e => e.Elapsed - start <= TimeSpan.FromSeconds(5)), 2, 10);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Oldest_server_of_the_distribution_tells_the_same_life()
    {
        var setup = new NatsServerSetup { Binary = await NatsServerLocator.Oldest.Within() };
        await using Stage stage = await OnStage.OpenAsync(setup: setup);
        await using INatsSub<string> sub = await stage.Connection.SubscribeCoreAsync<string>("a", cancellationToken: OnStage.Token);
        await stage.RestartAsync();
        await stage.Connection.PublishAsync("a", "hello", cancellationToken: OnStage.Token);
        Assert.Equal("hello", (await sub.Msgs.NextAsync()).Data);

        await stage.Connection.DrainAsync(OnStage.Token).Within();

        NatsEventKind[] lifecycle =
        [
            NatsEventKind.Connecting, NatsEventKind.Connected, NatsEventKind.Disconnected, NatsEventKind.Reconnecting,
            NatsEventKind.Reconnected, NatsEventKind.Resubscribed, NatsEventKind.Disconnected, NatsEventKind.Closed,
        ];
        Assert.Equal(lifecycle, stage.Journal.Events.Select(e => e.Kind).Where(lifecycle.Contains));
    }

    private static JournalRecorder RecordInMemory(ScriptedDialer dialer, string url)
    {
        var opts = new NatsOpts { Url = url, NoRandomize = true, EventCapacity = 1 << 14 };
        return new JournalRecorder(new NatsConnection(opts, new ConnectionComposition(opts, dialer, new Random(1))), OnStage.Write);
    }
}
