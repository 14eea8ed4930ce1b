using Earshot.Server.Tests.Guide;
using Earshot.Server.Tests.Serving;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Faults;

/// <summary>Which events a client receives when its connection is cut, frozen or corrupted.</summary>
public sealed class ConnectionFaultTests
{
    [Theory]
    [InlineData(true, NatsTestServerDrop.Fin, NatsDisconnectReason.ServerClosed)]
    [InlineData(false, NatsTestServerDrop.Fin, NatsDisconnectReason.ServerClosed)]
    [InlineData(true, NatsTestServerDrop.Reset, NatsDisconnectReason.SocketError)]
    [InlineData(false, NatsTestServerDrop.Reset, NatsDisconnectReason.SocketError)]
    [InlineData(true, NatsTestServerDrop.MidFrame, NatsDisconnectReason.ServerClosed)]
    [InlineData(false, NatsTestServerDrop.MidFrame, NatsDisconnectReason.ServerClosed)]
    public async Task Dropped_connection_is_reported_with_its_cause_and_reconnected(bool toOne, NatsTestServerDrop how, NatsDisconnectReason reason)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(toOne, one => one.Drop(how), all => all.Drop(how));

        await scenario.LosesAndFindsAsync(reason);
    }

    [Theory]
    [InlineData(NatsTestServerDrop.Fin)]
    [InlineData(NatsTestServerDrop.Reset)]
    [InlineData(NatsTestServerDrop.MidFrame)]
    public async Task Frozen_connection_is_still_dropped_immediately(NatsTestServerDrop how)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        NatsTestServerClientFaults faults = scenario.Server.Clients.Single().Faults;
        faults.Freeze();
        faults.SendError("held back");
        scenario.Do(true, one => one.Drop(how), all => { });

        await scenario.HearsAsync<NatsReconnectedEvent>();
    }

    [Theory]
    [InlineData(true, NatsTestServerFreeze.All)]
    [InlineData(false, NatsTestServerFreeze.All)]
    [InlineData(true, NatsTestServerFreeze.Reading)]
    [InlineData(false, NatsTestServerFreeze.Reading)]
    [InlineData(true, NatsTestServerFreeze.Writing)]
    [InlineData(false, NatsTestServerFreeze.Writing)]
    public async Task Frozen_connection_is_called_stale(bool toOne, NatsTestServerFreeze what) =>
        await BecomesStaleAsync(toOne, one => one.Freeze(what), all => all.Freeze(what));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_open_connection_is_called_stale(bool toOne) =>
        await BecomesStaleAsync(toOne, one => one.HalfOpen(), all => all.HalfOpen());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Thaw_in_time_affects_only_the_round_trip(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(toOne, one => one.Freeze(), all => all.Freeze());
        Task<TimeSpan> ping = scenario.Connection.PingAsync(FaultScenario.Token).AsTask();
        scenario.Do(toOne, one => one.Thaw(), all => all.Thaw());

        await ping.WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token);
        Assert.Empty(scenario.Connection.Events.ToList().OfType<NatsDisconnectedEvent>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delay_shows_in_the_round_trip(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync(clock: TimeProvider.System);
        scenario.Do(toOne, one => one.Delay(TimeSpan.FromMilliseconds(80)), all => all.Delay(TimeSpan.FromMilliseconds(80)));

        TimeSpan roundTrip = await scenario.Connection.PingAsync(FaultScenario.Token);
        Assert.True(roundTrip >= TimeSpan.FromMilliseconds(75), $"{roundTrip}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Throttle_shows_in_the_time_that_a_message_takes(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync(clock: TimeProvider.System);
        await using INatsSub<byte[]> messages = await scenario.Connection.SubscribeCoreAsync<byte[]>("foo", cancellationToken: FaultScenario.Token);
        await scenario.Connection.PingAsync(FaultScenario.Token);
        scenario.Do(toOne, one => one.Throttle(20_000), all => all.Throttle(20_000));
        long start = TimeProvider.System.GetTimestamp();
        await scenario.Connection.PublishAsync("foo", new byte[4_000], cancellationToken: FaultScenario.Token);

        Assert.Equal(4_000, (await messages.Msgs.ReadAsync(FaultScenario.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), FaultScenario.Token)).Data!.Length);
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        Assert.True(took >= TimeSpan.FromMilliseconds(95), $"{took}"); // the bytes of the first tenth of a second arrive immediately
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Corrupted_byte_is_a_protocol_error(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(toOne, one => one.Corrupt(), all => all.Corrupt());
        scenario.Server.Faults.SendError("never seen as such");

        await scenario.HearsAsync<NatsProtocolErrorEvent>();
        await scenario.LosesAndFindsAsync(NatsDisconnectReason.ProtocolError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Evicted_slow_consumer_receives_no_reason_and_the_server_records_one(bool toOne)
    {
        await using FaultScenario scenario = await FaultScenario.OpenAsync();
        scenario.Do(toOne, one => one.Evict(), all => all.Evict());

        await scenario.LosesAndFindsAsync(NatsDisconnectReason.ServerClosed);
        Assert.Empty(scenario.Connection.Events.ToList().OfType<NatsServerErrorEvent>());
        await MemoryClient.WaitForOpenAsync(scenario.Server, 1);
        Assert.Equal("Slow Consumer (Pending Bytes)", scenario.Server.ClosedClients.Single().ClosedReason);
    }

    private static async Task BecomesStaleAsync(bool toOne, Action<NatsTestServerClientFaults> one, Action<NatsTestServerFaults> all)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(FaultScenario.Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await TestServer.StartAsync(new NatsTestServerOptions { TimeProvider = clock });
        await using var connection = new NatsConnection(new NatsOpts
        {
            SocketConnectionFactory = new NatsPipeConnectionFactory((_, attempt) => server.ConnectInMemoryAsync(attempt)),
            TimeProvider = clock,
        });
        await connection.ConnectAsync(limit.Token);
        if (toOne)
        {
            one(server.Clients.Single().Faults);
        }
        else
        {
            all(server.Faults);
        }

        await ClockTests.PassUntilAsync<NatsStaleConnectionEvent>(clock, connection, limit.Token);
        server.Faults.Thaw();
        await connection.Events.WhenAsync<NatsReconnectedEvent>(0, limit.Token);
    }
}
