using Earshot.Connections;
using Earshot.Lifecycle;
using Earshot.RealServer;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>The address that a first connect selects from several, and its events about the others.</summary>
public sealed class SeedScenarios
{
    [Fact]
    public async Task Hung_first_seed_is_hedged_and_abandoned_when_the_second_accepts()
    {
        await using ITestServer server = await ScenarioSetup.ServerAsync();
        await using var hung = new FaultProxy(server.Port) { StaySilent = true };
        await using JournalRecorder journal = ScenarioSetup.Record($"{hung.Url},{server.Url}", o => o with { ConnectTimeout = TimeSpan.FromSeconds(25) });

        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        NatsConnectAttemptEvent[] attempts = [.. journal.All<NatsConnectAttemptEvent>()];
        Assert.Equal([new Uri(hung.Url), new Uri(server.Url)], attempts.Select(e => e.Server.Url));
        NatsConnectAttemptFailedEvent abandoned = journal.Only<NatsConnectAttemptFailedEvent>();
        Assert.True(abandoned.Abandoned);
        Assert.Equal(attempts[0].AttemptId, abandoned.AttemptId);
        Assert.Equal(attempts[1].AttemptId, journal.Only<NatsConnectedEvent>().AttemptId);
    }

    [Fact]
    public async Task Four_unreachable_seeds_are_reported_and_the_fifth_is_used()
    {
        ReservedPort[] dead = [.. Enumerable.Range(0, 4).Select(_ => ReservedPort.Take())];
        try
        {
            await using ITestServer server = await ScenarioSetup.ServerAsync();
            string[] urls = [.. dead.Select(port => $"nats://127.0.0.1:{port.Number}"), server.Url];
            await using JournalRecorder journal = ScenarioSetup.Record(string.Join(',', urls));

            await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();

            Assert.Equal(urls.Select(url => new Uri(url)), journal.All<NatsConnectAttemptEvent>().Select(e => e.Server.Url));
            Assert.All(journal.All<NatsConnectAttemptFailedEvent>(), e => Assert.Equal(NatsConnectPhase.Tcp, e.Phase));
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
        await using ITestServer server = await ScenarioSetup.ServerAsync();
        var time = new FakeTimeProvider();
        var receives = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using JournalRecorder journal = ScenarioSetup.Record($"nats://{server.MonitoringUrl.Authority}", o => o with
        {
            TimeProvider = time,
            OnSocketAvailableAsync = connection => ValueTask.FromResult<INatsSocketConnection>(new NoticingConnection(connection, receives)),
        });
        Task connecting = journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();
        await receives.Task.Within();
        time.Advance(SilentPeerProbe.DueWithin(journal.Connection.Opts.ConnectTimeout)); // the answer ends the attempt before its timeout

        NatsConnectionFailedException failed = await Assert.ThrowsAsync<NatsConnectionFailedException>(() => connecting);

        Assert.Equal(NatsConnectPhase.Info, Assert.Single(failed.Failures).Phase);
        Assert.Contains(server.MonitoringUrl.Authority, failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_addresses_of_a_server_are_reported_and_not_used()
    {
        var dialer = new ScriptedDialer(TimeProvider.System);
        dialer.Server("a").Plays(async peer =>
        {
            await peer.SendInfoAsync(["", "%00", "host with space:4222", "10.0.0.1:99999999", "u:p@evil:4222", "b:4222"]);
            await peer.FinishHandshakeAsync(ScenarioSetup.Token);
            await peer.ServeAsync(ScenarioSetup.Token);
        });
        await using JournalRecorder journal = RecordInMemory(dialer, "nats://a:4222");

        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();

        NatsDiscoveredServersEvent discovered = await journal.WhenAsync<NatsDiscoveredServersEvent>(cancellationToken: ScenarioSetup.Token);
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
                await peer.HandshakeAsync(ScenarioSetup.Token);
            }
            catch (System.Net.Sockets.SocketException)
            {
                // The test is over, and the client has hung up in the middle of one more handshake.
            }

            peer.Close();
        });
        await using JournalRecorder journal = RecordInMemory(dialer, "nats://a:4222");
        await journal.Connection.ConnectAsync(ScenarioSetup.Token).Within();
        TimeSpan start = journal.Only<NatsConnectingEvent>().Elapsed;

        await journal.WhenAsync<NatsConnectAttemptEvent>(e => e.Elapsed - start > TimeSpan.FromSeconds(5), cancellationToken: ScenarioSetup.Token);

        Assert.InRange(journal.All<NatsConnectAttemptEvent>().Count(e => e.Elapsed - start <= TimeSpan.FromSeconds(5)), 2, 10);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Oldest_packaged_server_produces_the_same_events()
    {
        var setup = new NatsServerSetup { Binary = await NatsServerLocator.Oldest.Within() };
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(setup: setup);
        await using INatsSub<string> sub = await scenario.Connection.SubscribeCoreAsync<string>("a", cancellationToken: ScenarioSetup.Token);
        await scenario.RestartAsync();
        await scenario.Connection.PublishAsync("a", "hello", cancellationToken: ScenarioSetup.Token);
        Assert.Equal("hello", (await sub.Msgs.NextAsync()).Data);

        await scenario.Connection.DrainAsync(ScenarioSetup.Token).Within();

        NatsEventKind[] lifecycle =
        [
            NatsEventKind.Connecting, NatsEventKind.Connected, NatsEventKind.Disconnected, NatsEventKind.Reconnecting,
            NatsEventKind.Reconnected, NatsEventKind.Resubscribed, NatsEventKind.Disconnected, NatsEventKind.Closed,
        ];
        Assert.Equal(lifecycle, scenario.Journal.Events.Select(e => e.Kind).Where(lifecycle.Contains));
    }

    private static JournalRecorder RecordInMemory(ScriptedDialer dialer, string url)
    {
        var opts = new NatsOpts { Url = url, NoRandomize = true, EventCapacity = 1 << 14 };
        return new JournalRecorder(new NatsConnection(opts, new ConnectionComposition(opts, dialer, new Random(1))), ScenarioSetup.Write);
    }
}
