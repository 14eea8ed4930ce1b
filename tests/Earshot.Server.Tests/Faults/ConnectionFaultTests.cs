using Earshot.Server.Tests.Guide;
using Earshot.Server.Tests.Serving;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Faults;

/// <summary>What the user of a client hears when its connection is cut, stands still or lies.</summary>
public sealed class ConnectionFaultTests
{
    [Theory]
    [InlineData(true, NatsDrop.Fin, NatsDisconnectReason.ServerClosed)]
    [InlineData(false, NatsDrop.Fin, NatsDisconnectReason.ServerClosed)]
    [InlineData(true, NatsDrop.Reset, NatsDisconnectReason.SocketError)]
    [InlineData(false, NatsDrop.Reset, NatsDisconnectReason.SocketError)]
    [InlineData(true, NatsDrop.MidFrame, NatsDisconnectReason.ServerClosed)]
    [InlineData(false, NatsDrop.MidFrame, NatsDisconnectReason.ServerClosed)]
    public async Task Dropped_connection_is_told_with_its_cause_and_made_again(bool toOne, NatsDrop how, NatsDisconnectReason reason)
    {
        await using FaultStage stage = await FaultStage.OpenAsync();
        stage.Do(toOne, one => one.Drop(how), all => all.Drop(how));

        await stage.LosesAndFindsAsync(reason);
    }

    [Theory]
    [InlineData(NatsDrop.Fin)]
    [InlineData(NatsDrop.Reset)]
    [InlineData(NatsDrop.MidFrame)]
    public async Task Frozen_connection_is_dropped_at_once_all_the_same(NatsDrop how)
    {
        await using FaultStage stage = await FaultStage.OpenAsync();
        NatsServerClientFaults faults = stage.Server.Clients.Single().Faults;
        faults.Freeze();
        faults.SendError("held back");
        stage.Do(true, one => one.Drop(how), all => { });

        await stage.HearsAsync<NatsReconnectedEvent>();
    }

    [Theory]
    [InlineData(true, NatsFreeze.All)]
    [InlineData(false, NatsFreeze.All)]
    [InlineData(true, NatsFreeze.Reading)]
    [InlineData(false, NatsFreeze.Reading)]
    [InlineData(true, NatsFreeze.Writing)]
    [InlineData(false, NatsFreeze.Writing)]
    public async Task Frozen_connection_is_called_stale(bool toOne, NatsFreeze what) =>
        await BecomesStaleAsync(toOne, one => one.Freeze(what), all => all.Freeze(what));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_open_connection_is_called_stale(bool toOne) =>
        await BecomesStaleAsync(toOne, one => one.HalfOpen(), all => all.HalfOpen());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Thaw_in_time_is_not_noticed_but_by_the_round_trip(bool toOne)
    {
        await using FaultStage stage = await FaultStage.OpenAsync();
        stage.Do(toOne, one => one.Freeze(), all => all.Freeze());
        Task<TimeSpan> ping = stage.Connection.PingAsync(FaultStage.Token).AsTask();
        stage.Do(toOne, one => one.Thaw(), all => all.Thaw());

        await ping.WaitAsync(TimeSpan.FromSeconds(30), FaultStage.Token);
        Assert.Empty(stage.Connection.Events.ToList().OfType<NatsDisconnectedEvent>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Delay_shows_in_the_round_trip(bool toOne)
    {
        await using FaultStage stage = await FaultStage.OpenAsync();
        stage.Do(toOne, one => one.Delay(TimeSpan.FromMilliseconds(80)), all => all.Delay(TimeSpan.FromMilliseconds(80)));

        TimeSpan roundTrip = await stage.Connection.PingAsync(FaultStage.Token);
        Assert.True(roundTrip >= TimeSpan.FromMilliseconds(75), $"{roundTrip}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Throttle_shows_in_the_time_that_a_message_takes(bool toOne)
    {
        await using FaultStage stage = await FaultStage.OpenAsync();
        await using INatsSub<byte[]> messages = await stage.Connection.SubscribeCoreAsync<byte[]>("foo", cancellationToken: FaultStage.Token);
        await stage.Connection.PingAsync(FaultStage.Token);
        stage.Do(toOne, one => one.Throttle(20_000), all => all.Throttle(20_000));
        long start = TimeProvider.System.GetTimestamp();
        await stage.Connection.PublishAsync("foo", new byte[4_000], cancellationToken: FaultStage.Token);

        Assert.Equal(4_000, (await messages.Msgs.ReadAsync(FaultStage.Token).AsTask().WaitAsync(TimeSpan.FromSeconds(30), FaultStage.Token)).Data!.Length);
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        Assert.True(took >= TimeSpan.FromMilliseconds(95), $"{took}"); // the first tenth of a second's worth comes at once
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Corrupted_byte_is_a_protocol_error(bool toOne)
    {
        await using FaultStage stage = await FaultStage.OpenAsync();
        stage.Do(toOne, one => one.Corrupt(), all => all.Corrupt());
        stage.Server.Faults.SendError("never seen as such");

        await stage.HearsAsync<NatsProtocolErrorEvent>();
        await stage.LosesAndFindsAsync(NatsDisconnectReason.ProtocolError);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Evicted_slow_consumer_hears_no_reason_and_the_server_knows_one(bool toOne)
    {
        await using FaultStage stage = await FaultStage.OpenAsync();
        stage.Do(toOne, one => one.Evict(), all => all.Evict());

        await stage.LosesAndFindsAsync(NatsDisconnectReason.ServerClosed);
        Assert.Empty(stage.Connection.Events.ToList().OfType<NatsServerErrorEvent>());
        await MemoryClient.WaitForOpenAsync(stage.Server, 1);
        Assert.Equal("Slow Consumer (Pending Bytes)", stage.Server.ClosedClients.Single().ClosedReason);
    }

    private static async Task BecomesStaleAsync(bool toOne, Action<NatsServerClientFaults> one, Action<NatsServerFaults> all)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(FaultStage.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await TestServer.StartAsync(new NatsServerOptions { TimeProvider = clock });
        await using var connection = new NatsConnection(new NatsOpts
        {
            SocketConnectionFactory = new NatsPipeConnectionFactory((_, attempt) => server.ConnectInMemoryAsync(attempt)),
            TimeProvider = clock,
        });
        await connection.ConnectAsync(patience.Token);
        if (toOne)
        {
            one(server.Clients.Single().Faults);
        }
        else
        {
            all(server.Faults);
        }

        await ClockTests.PassUntilAsync<NatsStaleConnectionEvent>(clock, connection, patience.Token);
        server.Faults.Thaw();
        await connection.Events.WhenAsync<NatsReconnectedEvent>(0, patience.Token);
    }
}
