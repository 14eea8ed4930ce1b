using System.Globalization;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Servers;

/// <summary>What shipping costs the application, whether it works or not: one run measures all cases in turn, and prints what it finds.</summary>
[Trait("Duration", "Long")]
public sealed class PublishLatencyTests
{
    private const int Rounds = 20;
    private const int Messages = 500;
    private const string Accounts =
        """
        accounts {
          A { jetstream: enabled, users: [
            { user: none, password: pw }, { user: ships, password: pw }
            { user: refused, password: pw, permissions: { publish: { allow: ["app.>"] }, subscribe: { allow: ["app.>", "_INBOX.>"] } } } ] }
          B { jetstream: enabled, users: [ { user: missing, password: pw } ] }
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Time_of_a_message_to_the_own_subscription_without_a_shipper_and_with_one_that_works_or_does_not()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true, Config = Accounts }, Token);
        await Shippers.CreateStreamAsync(Url(server, "ships"));
        var cases = new List<(string Name, NatsConnection Connection, NatsJournalShipper? Shipper, List<double> Times)>();
        foreach (string user in new[] { "none", "ships", "refused", "missing" })
        {
            var connection = new NatsConnection(new NatsOpts { Url = Url(server, user) });
            NatsJournalShipper? shipper = user == "none" ? null : new NatsJournalShipper(new NatsJournalShippingOptions { Service = "orders-api", MaxStartDelay = TimeSpan.Zero });
            shipper?.Add(connection);
            await connection.ConnectAsync(Token);
            cases.Add((user, connection, shipper, []));
        }

        for (int round = 0; round <= Rounds; round++)
        {
            foreach ((string name, NatsConnection connection, _, List<double> times) in cases)
            {
                times.AddRange((await MeasureAsync(connection, $"app.{name}")).Where(_ => round > 0)); // the first is compiled
            }
        }

        foreach ((string name, NatsConnection connection, NatsJournalShipper? shipper, List<double> times) in cases)
        {
            times.Sort();
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-8} p50 {times[times.Count / 2] * 1000:0} us, p99 {times[times.Count * 99 / 100] * 1000:0} us; {shipper?.Counts.Batches} batches, {shipper?.Counts.Failures} failures"));
            Assert.Equal(name is "refused" or "missing", shipper?.Counts.Failures > 0);
            await (shipper?.DisposeAsync() ?? ValueTask.CompletedTask);
            await connection.DisposeAsync();
        }
    }

    private static string Url(NatsServerProcess server, string user) => server.Url.Replace("//", $"//{user}:pw@", StringComparison.Ordinal);

    // Each subscription is an event of the journal, so that there is something to ship.
    private static async Task<IReadOnlyList<double>> MeasureAsync(NatsConnection connection, string subject)
    {
        var times = new List<double>(Messages);
        await using INatsSub<byte[]> subscription = await connection.SubscribeCoreAsync(subject, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Token);
        byte[] payload = new byte[128];
        for (int i = 0; i < Messages; i++)
        {
            long start = TimeProvider.System.GetTimestamp();
            await connection.PublishAsync(subject, payload, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Token);
            await subscription.Msgs.ReadAsync(Token);
            times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
        }

        return times;
    }
}
