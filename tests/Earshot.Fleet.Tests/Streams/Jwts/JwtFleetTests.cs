using System.Text.Json.Nodes;
using Earshot.Fleet.Tests.Collecting;
using Earshot.Fleet.Tests.Reading;
using Earshot.Fleet.Tests.Shipping;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>A fleet on real servers whose accounts are JWTs: what is stored, and what an account cannot import.</summary>
public sealed class JwtFleetTests : IAsyncDisposable
{
    private FleetCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // 2.9 does not name the user of a JWT in its list of connections.
    [Theory]
    [InlineData("newest", true)]
    [InlineData("oldest", false)]
    public async Task Connections_are_stored_with_the_keys_of_their_account_and_user(string version, bool hasListedUser)
    {
        FleetCluster cluster = await StartAsync(version);
        LiveRecords live = await cluster.FollowAsync();
        FleetCollector collector = await cluster.CollectAsync();
        NatsConnection client = await cluster.ConnectAsync("orders-api");
        ulong first = client.ServerInfo!.ClientId;
        await client.DisposeAsync();
        ServerRecord end = (await live.WhenAsync(ServerRecordKind.Disconnect, isMeant: record => record.Client!.Id == first))[0];
        await collector.StopAsync(Token);
        client = await cluster.ConnectAsync("orders-api");
        ulong second = client.ServerInfo!.ClientId;
        await client.DisposeAsync();
        await cluster.CollectAsync(options: new FleetCollectorOptions { ConnectionsInterval = TimeSpan.FromMilliseconds(500) });
        ServerRecord filled = (await live.WhenAsync(ServerRecordKind.Filled, isMeant: record => record.Client!.Id == second))[0];
        Assert.All([end, filled], record => Assert.Equal((cluster.AccountOf("APP"), "orders-api-client"), (record.Client!.Account, record.Client.Name)));
        Assert.Equal((cluster.UserOf("orders-api"), hasListedUser ? cluster.UserOf("orders-api") : null), (end.Client!.User, filled.Client!.User));
    }

    [Fact]
    public async Task Viewer_reads_the_journal_that_a_service_shipped_and_what_the_server_reported_of_it()
    {
        FleetCluster cluster = await StartAsync("newest");
        await cluster.CollectAsync();
        await using FleetStreamReader reader = await FleetStreamReader.StartAsync(await cluster.ConnectAsync(FleetConfiguration.ViewerUser), cancellationToken: Token);
        await using var connection = new NatsConnection(cluster.Options("orders-api"));
        await using var shipper = new NatsJournalShipper(Shippers.Options());
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        (string server, ulong cid) = (connection.ServerInfo!.Id, connection.ServerInfo.ClientId);
        await shipper.DisposeAsync();
        await connection.DisposeAsync();
        FleetStreamContent content = await StreamReaderRig.UntilAsync(reader, content => content.Records.OfType<ServerRecord>().Any(record => record.Kind == ServerRecordKind.Disconnect && record.Client!.Id == cid) && content.Records.OfType<JournalRecord>().Any());
        JournalRecord[] journal = [.. content.Records.OfType<JournalRecord>()];
        Assert.All(journal, record => Assert.Equal((connection.ConnectionId, $"{cluster.AccountOf("APP")}/orders-api"), (record.Connection.Id, record.Connection.Service)));
        JournalEntry connected = Assert.Single(journal, record => record.Entry.Kind == NatsEventKind.Connected).Entry;
        Assert.Equal((server, cid), (connected.Server!.Id, connected.ClientId));
        Assert.Equal((0, 0L), (content.Problems.Count, shipper.Counts.Failures));
    }

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Loss_in_a_cluster_has_what_the_client_and_what_the_servers_say_of_it()
    {
        FleetCluster cluster = await StartAsync("newest", nodes: 3);
        await cluster.CollectAsync();
        await using FleetStreamReader reader = await FleetStreamReader.StartAsync(await cluster.ConnectAsync(FleetConfiguration.ViewerUser), cancellationToken: Token);
        await using var connection = new NatsConnection(cluster.Options("orders-api", node: 2));
        await using var shipper = new NatsJournalShipper(Shippers.Options());
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        await StreamReaderRig.UntilAsync(reader, content => content.Records.OfType<ServerRecord>().Any(record => record.Client?.Account == cluster.AccountOf("APP")));
        await cluster.Nodes[2].StopAsync(Token);
        await connection.Events.WhenAsync<NatsReconnectedEvent>(0, cancellationToken: Token);
        FleetLoss Loss(FleetStreamContent content) => Incidents.Find(content.Records).Losses.FirstOrDefault(loss => loss.ConnectionId == connection.ConnectionId && loss.Outcome == FleetOutcome.Back)!;
        FleetLoss loss = Loss(await StreamReaderRig.UntilAsync(reader, content => Loss(content)?.Verdict == FleetVerdict.Stopped));
        Assert.Equal((cluster.AccountOf("APP"), cluster.UserOf("orders-api"), "n3"), (loss.Account, loss.User, loss.Server));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("OTHER", true)]
    public async Task Events_are_imported_with_an_activation_and_not_without(string? activated, bool isAllowed)
    {
        FleetCluster cluster = await StartAsync("newest", await WithImportOfEventsAsync(activated));
        LiveRecords live = await cluster.FollowAsync();
        await cluster.CollectAsync();
        NatsConnection stock = await cluster.ConnectAsync("stock");
        INatsSub<byte[]> events = await stock.SubscribeCoreAsync<byte[]>("stock.>", cancellationToken: Token);
        await events.ConfirmAsync(Token);
        NatsConnection client = await cluster.ConnectAsync("orders-api");
        await live.WhenAsync(ServerRecordKind.Connect, isMeant: record => record.Client!.Id == client.ServerInfo!.ClientId);
        await stock.PublishAsync("stock.last", cancellationToken: Token);
        List<string> seen = [];
        while (!seen.Contains("stock.last"))
        {
            seen.Add((await events.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token)).Subject);
        }

        // Connections of other accounts, this one among them, have events as well.
        Assert.Equal((isAllowed, isAllowed), (seen.Contains($"stock.events.{cluster.AccountOf("APP")}"), seen.Count > 1));
    }

    [Fact]
    public async Task Account_that_uses_the_activation_of_another_one_is_refused_as_a_whole()
    {
        FleetCluster cluster = await StartAsync("newest", await WithImportOfEventsAsync("OPS"));
        NatsConnectionFailedException refused = await Assert.ThrowsAsync<NatsConnectionFailedException>(() => cluster.ConnectAsync("stock"));
        Assert.Contains("Authorization Violation", refused.Message, StringComparison.Ordinal);
        Assert.Equal(NatsConnectionState.Open, (await cluster.ConnectAsync("orders-api")).ConnectionState);
    }

    [Fact]
    public async Task Account_cannot_ship_with_the_key_of_another_one()
    {
        JwtOperator signer = await JwtOperator.SetUpAsync(FleetCluster.Configuration);
        string other = $"earshot.v1.j.{signer.Accounts["OTHER"].Key}.*.*.*";
        signer.Accounts["APP"].Import(new NscCommand(["add", "import", "--account", "APP", "--service", "--src-account", signer.Accounts["OPS"].Key, "--remote-subject", other, "--local-subject", "orders.$1.$2.$3"]), null);
        FleetCluster cluster = await StartAsync("newest", signer);
        NatsConnection service = await cluster.ConnectAsync("orders-api");
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await service.RequestAsync<byte[]>("orders.stock.i1.c1", cancellationToken: Token));
        Assert.Equal(1UL, (await service.CreateJetStreamContext().PublishAsync("earshot.v1.j.orders-api.i1.c1", "{}", cancellationToken: Token)).Seq);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    /// <summary>The account OTHER imports the events of connections that start, as <c>stock.events.ACCOUNT</c>, with the activation for an account.</summary>
    private static async Task<JwtOperator> WithImportOfEventsAsync(string? activated)
    {
        const string Subject = "$SYS.ACCOUNT.*.CONNECT", File = "activation";
        JwtOperator signer = await JwtOperator.SetUpAsync(FleetCluster.Configuration);
        JwtAccount system = signer.Accounts["SYS"];
        (string, JsonObject)? activation = activated is null
            ? null
            : system.Activate(new NscCommand(["generate", "activation", "--account", "SYS", "--target-account", signer.Accounts[activated].Key, "--subject", Subject, "--output-file", File]));
        string[] source = activated is null ? ["--src-account", system.Key, "--remote-subject", Subject] : ["--token", File];
        signer.Accounts["OTHER"].Import(new NscCommand(["add", "import", "--account", "OTHER", "--local-subject", "stock.events.$1", .. source]), activation);
        return signer;
    }

    private async Task<FleetCluster> StartAsync(string version, JwtOperator? signer = null, int nodes = 1) => _cluster = await FleetCluster.WithStreamsAsync(
        nodes, version == "oldest" ? await NatsServerLocator.Oldest : null, signer: signer ?? await JwtOperator.SetUpAsync(FleetCluster.Configuration));
}
