using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>
/// What a connection reports when a real server is paused, and what it does when the server resumes. Time passes only while a session has
/// no server that answers.
/// </summary>
public sealed class SilenceScenarios
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Frozen_server_is_detected_on_an_idle_connection()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(Impatient);

        scenario.Server.Freeze();

        NatsDisconnectedEvent gone = await _time.PassUntilAsync(scenario.WhenAsync<NatsDisconnectedEvent>());
        NatsStaleConnectionEvent stale = scenario.Journal.Only<NatsStaleConnectionEvent>();
        Assert.True(stale.Sequence < gone.Sequence);
        Assert.Equal(stale.Max, stale.Outstanding);
        Assert.Equal(NatsDisconnectReason.MissedPongs, gone.Reason);
        Assert.IsType<TimeoutException>(gone.Exception);
    }

    [Fact]
    public async Task Frozen_server_is_detected_with_a_request_outstanding_and_the_request_fails_with_it()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => Impatient(o) with { PingInterval = TimeSpan.FromMinutes(1), ProbeDelay = TimeSpan.FromMilliseconds(200), ProbeTimeout = TimeSpan.FromMilliseconds(600) });
        await using INatsSub<string> mute = await scenario.Connection.SubscribeCoreAsync<string>("mute", cancellationToken: ScenarioSetup.Token);
        await mute.ConfirmAsync(ScenarioSetup.Token).Within();
        scenario.Server.Freeze();

        Task<NatsMsg<string>> request = scenario.Connection.RequestAsync<string, string>("mute", "x", replyOpts: new NatsSubOpts { Timeout = TimeSpan.FromHours(1) }, cancellationToken: ScenarioSetup.Token).Within();
        NatsConnectionLostException lost = await Assert.ThrowsAsync<NatsConnectionLostException>(() => _time.PassUntilAsync(request));

        Assert.Equal(NatsOutcome.Unknown, lost.Outcome);
        Assert.Equal(NatsDisconnectReason.ReadTimeout, scenario.Journal.Only<NatsDisconnectedEvent>().Reason);
        Assert.Equal(1, (await scenario.WhenAsync<NatsRequestsFailedEvent>()).Count);
    }

    [Fact]
    public async Task Thawed_server_is_used_again_and_nothing_is_delivered_twice()
    {
        await using ScenarioContext scenario = await ScenarioSetup.OpenAsync(o => o with { TimeProvider = _time });
        INatsSub<int> sub = await scenario.Connection.SubscribeCoreAsync<int>("a", cancellationToken: ScenarioSetup.Token);
        await sub.ConfirmAsync(ScenarioSetup.Token).Within();
        scenario.Server.Freeze();
        for (int i = 0; i < 3; i++)
        {
            await scenario.Connection.PublishAsync("a", i, cancellationToken: ScenarioSetup.Token).Within();
        }

        await _time.PassUntilAsync(scenario.WhenAsync<NatsDisconnectedEvent>());
        scenario.Server.Thaw();
        await _time.PassUntilAsync(scenario.WhenAsync<NatsResubscribedEvent>());
        await scenario.Connection.PublishAsync("a", 99, cancellationToken: ScenarioSetup.Token).Within();

        List<int> received = [];
        do
        {
            received.Add((await sub.Msgs.NextAsync()).Data);
        }
        while (received[^1] != 99);
        Assert.Equal(received.Distinct(), received);
        await ScenarioSetup.AssertSameSubscriptionsAsync(scenario.Server, scenario.Journal);
    }

    [Fact]
    public async Task Connection_cut_by_the_network_is_healed_and_the_same_server_is_not_called_restarted()
    {
        await using ITestServer server = await ScenarioSetup.ServerAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using JournalRecorder journal = ScenarioSetup.Record(proxy.Url);
        await using INatsSub<string> sub = await journal.Connection.SubscribeCoreAsync<string>("a", "q", cancellationToken: ScenarioSetup.Token);
        await sub.ConfirmAsync(ScenarioSetup.Token).Within(); // nothing is in flight: only the reset can be detected

        proxy.ResetAll();

        NatsResubscribedEvent back = await journal.WhenAsync<NatsResubscribedEvent>(cancellationToken: ScenarioSetup.Token);
        Assert.Equal(NatsDisconnectReason.SocketError, journal.Only<NatsDisconnectedEvent>().Reason);
        Assert.False(journal.Only<NatsReconnectedEvent>().ServerRestarted);
        Assert.True(back.Window.From <= back.Window.To);
        await ScenarioSetup.AssertSameSubscriptionsAsync(server, journal);
    }

    private NatsOpts Impatient(NatsOpts opts) => opts with { TimeProvider = _time, PingInterval = TimeSpan.FromMilliseconds(250), MaxPingOut = 2 };
}
