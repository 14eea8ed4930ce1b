using Earshot.Fleet.Analysis;
using Earshot.Fleet.Records;
using Earshot.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Servers;

/// <summary>The shipper of a host: one line of registration, before or after those of the connections.</summary>
public sealed class HostedShippingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_connection_of_the_host_is_shipped_from_its_first_event_to_its_end(bool isFirst)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await Shippers.CreateStreamAsync(server.Url);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "orders" });
        if (isFirst)
        {
            AddShipping(builder);
        }

        builder.Services.AddNats(nats => nats.ConfigureOptions(opts => opts with { Url = server.Url }).WithPoolSize(2).ConnectOnStart());
        builder.Services.AddKeyedNats("audit", nats => nats.ConfigureOptions(opts => opts with { Url = server.Url }));
        if (!isFirst)
        {
            AddShipping(builder);
        }

        List<INatsConnection> connections;
        using (IHost host = builder.Build())
        {
            await host.StartAsync(Token);
            connections = [.. host.Services.GetRequiredService<INatsConnectionPool>().GetConnections(), host.Services.GetRequiredKeyedService<INatsConnection>("audit")];
            await connections[2].ConnectAsync(Token);
            await host.StopAsync(Token);
        }

        (Receiver receiver, _) = await Shippers.ReadAsync(server.Url);
        Assert.All(connections, connection =>
        {
            IReadOnlyList<JournalEntry> entries = receiver.Of(connection.ConnectionId);
            Assert.Equal((1L, NatsEventKind.Connecting, 0L), (entries[0].Sequence, entries[0].Kind, Coverage.Missing(entries)));
            Assert.Equal(JournalEntries.ShippingEnded, entries[^1].Reason);
        });
        Assert.All(connections, connection => Assert.Equal(NatsConnectionState.Closed, connection.ConnectionState));
    }

    [Fact]
    public void A_service_name_that_is_no_token_is_refused_at_registration()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddNatsJournalShipping("orders.api"));
        Assert.Contains("NatsJournalShippingOptions.Service must be 1 to 64 letters", refused.Message);
    }

    [Fact]
    public void A_provider_without_connections_can_be_disposed_in_both_ways()
    {
        using ServiceProvider provider = new ServiceCollection().AddNatsJournalShipping("orders-api").BuildServiceProvider();
        NatsJournalShipper shipper = provider.GetRequiredService<NatsJournalShipper>();
        Assert.Equal(default, shipper.Counts);
        provider.Dispose();
        Assert.Throws<ObjectDisposedException>(() => shipper.Add(new NatsConnection(new NatsOpts())));
    }

    private static void AddShipping(HostApplicationBuilder builder) => builder.Services.AddNatsJournalShipping("orders-api", options => options.MaxStartDelay = TimeSpan.Zero);
}
