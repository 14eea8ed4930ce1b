using Earshot.Fleet.Shipping;
using Earshot.Fleet.Streams;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Servers;

/// <summary>Which connection carries the batches of all.</summary>
public sealed class CarrierTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Another_connection_carries_the_loss_of_the_carrier_while_that_is_down()
    {
        await using NatsTestServer other = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await Shippers.CreateStreamAsync(other.Url);
        await using var shipper = new NatsJournalShipper(Shippers.Options());
        NatsConnection carrier;
        await using (NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token))
        {
            await Shippers.CreateStreamAsync(server.Url);
            carrier = new NatsConnection(new NatsOpts { Url = server.Url, MaxReconnectRetry = -1 });
            shipper.Add(carrier);
            await carrier.ConnectAsync(Token);
            await server.JetStream.WaitForMessageAsync(FleetSubjects.JournalStream, 1, Token);
        }

        await using var second = new NatsConnection(new NatsOpts { Url = other.Url });
        shipper.Add(second);
        await second.ConnectAsync(Token);
        await WaitForAsync(other, carrier, NatsEventKind.Disconnected);
        Assert.Equal(NatsConnectionState.Reconnecting, carrier.ConnectionState);
        await carrier.DisposeAsync();
        await WaitForAsync(other, carrier, NatsEventKind.Closed);
    }

    [Fact]
    public async Task A_connection_that_may_not_carry_never_does()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await Shippers.CreateStreamAsync(server.Url);
        await using var first = new NatsConnection(new NatsOpts { Url = server.Url, Name = "orders" });
        await using var second = new NatsConnection(new NatsOpts { Url = server.Url, Name = "ops" });
        NatsJournalShippingOptions options = Shippers.Options();
        options.MayCarry = connection => connection.Opts.Name == "ops";
        await using var shipper = new NatsJournalShipper(options);
        shipper.Add(first);
        shipper.Add(second);
        await first.ConnectAsync(Token);
        await first.PingAsync(Token);
        Assert.Equal(0, shipper.Counts.Batches);
        await second.ConnectAsync(Token);
        await WaitForAsync(server, first, NatsEventKind.Connected);
        await second.PingAsync(Token); // what was written before it is counted
        Assert.Equal(0, first.Stats.SentMessages);
        Assert.InRange(second.Stats.SentMessages, 1, 10);
    }

    [Fact]
    public async Task Session_of_another_connection_is_used_since_it_was_ready_and_not_since_the_carrier_was_lost()
    {
        await using var first = new NatsConnection();
        await using var second = new NatsConnection();
        JournalTap[] taps = [.. new[] { first, second }.Select(connection => new JournalTap(connection, new JournalOutbox(new JournalConnection(connection.ConnectionId)), mayCarry: true, null!))];
        var carriers = new CarrierChoice();
        Assert.True(carriers.Change(taps[0], 1, TimeSpan.FromSeconds(1)));
        Assert.False(carriers.Change(taps[1], 1, TimeSpan.FromSeconds(2)));
        Assert.True(carriers.Change(taps[0], 0, TimeSpan.FromSeconds(100)));
        Assert.Equal((taps[1], TimeSpan.FromSeconds(2)), (carriers.Current, carriers.Current!.ReadySince));
        var rig = new ShipmentRig(chance: 0.9) { Now = TimeSpan.FromSeconds(100) };
        rig.Shipment.Ready(1, carriers.Current.ReadySince);
        rig.Add("c", new EventStory("c").Error());
        Assert.InRange(rig.Send() is null ? TimeSpan.Zero : rig.Now, TimeSpan.FromSeconds(100), TimeSpan.FromSeconds(101)); // linger, and no delay
    }

    private static async Task WaitForAsync(NatsTestServer server, NatsConnection connection, NatsEventKind kind)
    {
        for (ulong sequence = 1; ; sequence++)
        {
            NatsTestServerStream stream = await server.JetStream.WaitForMessageAsync(FleetSubjects.JournalStream, sequence, Token).WaitAsync(Shippers.Limit, Token);
            NatsTestServerStoredMessage message = stream.Messages.Single(message => message.Sequence == sequence);
            if (message.Subject.EndsWith(connection.ConnectionId, StringComparison.Ordinal) && message.Text.Contains($"\"k\":{(int)kind},", StringComparison.Ordinal))
            {
                return;
            }
        }
    }
}
