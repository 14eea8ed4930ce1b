using System.Text;
using Earshot.Fleet.Analysis;
using Earshot.Fleet.Records;
using Earshot.Fleet.Streams;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Servers;

/// <summary>Connections whose journals are shipped to an in-process server.</summary>
public sealed class ShippingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Journals_are_in_the_stream_from_their_first_event_to_their_end()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, Name = "n1" }, Token);
        await Shippers.CreateStreamAsync(server.Url);
        await using var first = new NatsConnection(new NatsOpts { Url = server.Url, Name = "orders-api", UniqueName = true });
        await using var second = new NatsConnection(new NatsOpts { Url = server.Url, Name = "orders-api-2", ReconnectWaitMin = TimeSpan.FromMilliseconds(1), ReconnectWaitMax = TimeSpan.FromMilliseconds(1) });
        await second.ConnectAsync(Token); // before it is added: the journal still has its first events
        await using var shipper = new NatsJournalShipper(Shippers.Options());
        ulong cid = second.ServerInfo!.ClientId;
        shipper.Add(first);
        shipper.Add(second);
        shipper.Add(second);
        await first.ConnectAsync(Token);
        server.Clients.Single(client => client.Name == "orders-api-2").Faults.Drop();
        await second.Events.WhenAsync<NatsResubscribedEvent>(0, Token);
        await second.DisposeAsync();
        await shipper.DisposeAsync();

        (Receiver receiver, IReadOnlyList<string> subjects) = await Shippers.ReadAsync(server.Url);
        Assert.Equal(new[] { Subject(first), Subject(second) }.Order(), subjects.Distinct().Order());
        IReadOnlyList<JournalEntry> ofSecond = receiver.Of(second.ConnectionId);
        Assert.Equal((1L, 0L, NatsEventKind.Closed), (ofSecond[0].Sequence, Coverage.Missing(ofSecond), ofSecond[^1].Kind));
        Assert.Contains(ofSecond, entry => entry.Kind == NatsEventKind.Disconnected && entry.ClientId == cid);
        IReadOnlyList<JournalEntry> ofFirst = receiver.Of(first.ConnectionId);
        Assert.Equal((1L, 0L, JournalEntries.ShippingEnded), (ofFirst[0].Sequence, Coverage.Missing(ofFirst), ofFirst[^1].Reason));
        Assert.Contains($"\"name\":\"{server.Clients.Single(client => client.Name!.StartsWith("orders-api#", StringComparison.Ordinal)).Name}\"", Encoding.UTF8.GetString(receiver.Payloads[subjects.ToList().IndexOf(Subject(first))]));
        Assert.Equal(NatsConnectionState.Open, first.ConnectionState); // the shipper leaves it as it is
        NatsJournalShippingCounts counts = shipper.Counts;
        Assert.Equal((0, 0L, 0L, 0L), (counts.Held, counts.HeldBytes, counts.Dropped, counts.Failures));
        Assert.Equal(Receiver.Events(receiver.Entries.Values), counts.Shipped);
    }

    [Fact]
    public async Task Lost_acks_cause_no_doubled_event()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await Shippers.CreateStreamAsync(server.Url);
        server.JetStream.Faults.LoseAcks(FleetSubjects.JournalStream, 3);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        NatsJournalShippingOptions options = Shippers.Options();
        options.AckTimeout = TimeSpan.FromMilliseconds(50);
        await using var shipper = new NatsJournalShipper(options);
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        await server.JetStream.WaitForMessageAsync(FleetSubjects.JournalStream, 1, Token);
        while (shipper.Counts.Failures < 3)
        {
            await connection.PingAsync(Token);
        }

        await shipper.DisposeAsync();
        (Receiver receiver, _) = await Shippers.ReadAsync(server.Url);
        Assert.Equal(0, receiver.Changed);
        Assert.Equal(receiver.Payloads.Count, receiver.Payloads.Select(Convert.ToBase64String).Distinct().Count());
        Assert.Equal(0, Coverage.Missing(receiver.Of(connection.ConnectionId)));
        Assert.Equal(0, shipper.Counts.Held);
    }

    [Fact]
    public async Task A_missing_stream_causes_no_event_and_one_warning()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        var log = new WarningLog();
        (IReadOnlyList<NatsEventKind> kinds, NatsJournalShippingCounts counts) = await KindsAsync(server, new NatsOpts { Url = server.Url, LoggerFactory = log }, log);
        Assert.Equal(await KindsWithoutShipperAsync(new NatsOpts { Url = server.Url }), kinds);
        Assert.Contains("no stream has earshot.v1.j.orders-api.p1.", Assert.Single(log.Texts));
        Assert.True(counts.HeldBytes > 0);
    }

    [Fact]
    public async Task A_stream_that_refuses_causes_no_event_and_one_warning()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await Shippers.CreateStreamAsync(server.Url);
        server.JetStream.Faults.Fill(FleetSubjects.JournalStream);
        var log = new WarningLog();
        (IReadOnlyList<NatsEventKind> kinds, _) = await KindsAsync(server, new NatsOpts { Url = server.Url, LoggerFactory = log }, log);
        Assert.Equal(await KindsWithoutShipperAsync(new NatsOpts { Url = server.Url }), kinds);
        Assert.Contains("10023", Assert.Single(log.Texts));
    }

    [Fact]
    public async Task A_stream_that_takes_small_messages_only_gets_small_ones()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await Shippers.CreateStreamAsync(server.Url, change: config => config with { MaxMsgSize = 700 });
        var log = new WarningLog();
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, LoggerFactory = log });
        await connection.ConnectAsync(Token);
        for (int i = 0; i < 5; i++)
        {
            await connection.ReconnectAsync(Token);
        }

        await using var shipper = new NatsJournalShipper(Shippers.Options());
        shipper.Add(connection);
        await log.First.WaitAsync(Shippers.Limit, Token);
        await connection.PublishAsync("orders.created", "1", cancellationToken: Token);
        await shipper.DisposeAsync();
        NatsJournalShippingCounts counts = shipper.Counts;
        Assert.Equal(0, counts.Held);
        Assert.InRange(counts.Shipped, 1, int.MaxValue);
        Assert.InRange(counts.Dropped, 1, int.MaxValue);
        Assert.Contains("10054", Assert.Single(log.Texts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refused_subject_or_inbox_causes_two_events_which_are_not_shipped(bool isSubject)
    {
        var user = new NatsTestServerUser("orders", "pw") { Permissions = isSubject ? new NatsTestServerPermissions { PublishDeny = ["earshot.>"] } : new NatsTestServerPermissions { SubscribeDeny = ["_INBOX.>"] } };
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, Users = [user] }, Token);
        var log = new WarningLog();
        NatsOpts opts = new() { Url = server.Url, LoggerFactory = log, AuthOpts = new NatsAuthOpts { Username = "orders", Password = "pw" } };
        (IReadOnlyList<NatsEventKind> kinds, NatsJournalShippingCounts counts) = await KindsAsync(server, opts, log);
        IReadOnlyList<NatsEventKind> without = await KindsWithoutShipperAsync(opts with { LoggerFactory = new WarningLog() });
        Assert.Equal([NatsEventKind.ServerError, NatsEventKind.PermissionViolation], kinds.Skip(without.Count));
        Assert.Equal(without, kinds.Take(without.Count));
        Assert.Equal((2L, 1L), (counts.Skipped, counts.Failures));
        Assert.Contains("the server refuses earshot.v1.j.orders-api.p1.", Assert.Single(log.Texts));
    }

    [Fact]
    public async Task Credentials_and_contents_are_in_no_message()
    {
        string jwt = "eyJ" + "0eXAiOiJKV1QifQ" + ".eyJqdGkiOiJURVNUIn0.c2lnbmF0dXJl"; // made of parts, so that no scan of this file finds one
        var user = new NatsTestServerUser("orders", "planted-password");
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, Users = [user] }, Token);
        string url = server.Url.Replace("//", "//orders:planted-password@", StringComparison.Ordinal);
        await Shippers.CreateStreamAsync(url);
        await using var connection = new NatsConnection(new NatsOpts { Url = url, Name = $"orders {jwt}", ReconnectWaitMin = TimeSpan.FromMilliseconds(1), ReconnectWaitMax = TimeSpan.FromMilliseconds(1) });
        await using var shipper = new NatsJournalShipper(Shippers.Options());
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        await using INatsSub<string> sub = await connection.SubscribeCoreAsync<string>("planted-subject", cancellationToken: Token);
        using IDisposable faulty = connection.Events.On<NatsResubscribedEvent>(_ => throw new InvalidOperationException("planted-text"));
        server.Faults.Drop(NatsTestServerDrop.Reset);
        await connection.Events.WhenAsync<NatsListenerFaultedEvent>(0, Token);
        await shipper.DisposeAsync();

        (Receiver receiver, _) = await Shippers.ReadAsync(url);
        Assert.Contains(receiver.Entries.Values, entry => entry.Kind == NatsEventKind.ListenerFaulted);
        string all = string.Join('\n', receiver.Payloads.Select(Encoding.UTF8.GetString));
        Assert.DoesNotContain("planted", all);
        Assert.DoesNotContain("eyJ", all);
        Assert.Contains("\"name\":\"orders ***\"", all);
    }

    [Fact]
    public async Task The_connection_creates_no_events_of_high_frequency_for_the_shipper()
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await connection.ConnectAsync(Token);
        NatsEventKind[] kinds = [.. Enum.GetValues<NatsEventKind>().Where(kind => !NatsEventFilter.Lossless.Includes(kind))];
        List<bool> before = [.. kinds.Select(connection.Port.Wants)];
        await using var shipper = new NatsJournalShipper(Shippers.Options());
        shipper.Add(connection);
        Assert.Equal(before, kinds.Select(connection.Port.Wants));
        Assert.Contains(false, before);
    }

    private static string Subject(INatsConnection connection) => $"earshot.v1.j.orders-api.p1.{connection.ConnectionId}";

    // What the journal of a connection has while nothing can be shipped, and it works nevertheless.
    private static async Task<(IReadOnlyList<NatsEventKind> Kinds, NatsJournalShippingCounts Counts)> KindsAsync(NatsTestServer server, NatsOpts opts, WarningLog log)
    {
        await using var connection = new NatsConnection(opts);
        NatsJournalShippingOptions options = Shippers.Options();
        options.CloseTimeout = TimeSpan.FromSeconds(1);
        await using var shipper = new NatsJournalShipper(options);
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        await log.First.WaitAsync(Shippers.Limit, Token);
        while (server.JetStream.Streams.Count == 0 && shipper.Counts.Failures < 3 && log.Texts[0].Contains("no stream", StringComparison.Ordinal))
        {
            await connection.PingAsync(Token); // several attempts must cause no more than one
        }

        await connection.PublishAsync("orders.created", "1", cancellationToken: Token);
        await connection.PingAsync(Token);
        return ([.. connection.Events.ToList().Select(e => e.Kind)], shipper.Counts);
    }

    private static async Task<IReadOnlyList<NatsEventKind>> KindsWithoutShipperAsync(NatsOpts opts)
    {
        await using var connection = new NatsConnection(opts);
        await connection.ConnectAsync(Token);
        await connection.PublishAsync("orders.created", "1", cancellationToken: Token);
        await connection.PingAsync(Token);
        return [.. connection.Events.ToList().Select(e => e.Kind)];
    }
}
