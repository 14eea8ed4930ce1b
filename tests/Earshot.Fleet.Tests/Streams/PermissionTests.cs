using System.Text;
using Earshot.Fleet.Tests.Collecting;
using Earshot.JetStream;
using Xunit;

namespace Earshot.Fleet.Tests.Streams;

/// <summary>What each user of the fleet may do on a real server, and what it may not.</summary>
/// <param name="jwts">Whether the accounts are JWTs, in place of accounts in the configuration.</param>
public abstract class PermissionTests(bool jwts) : IAsyncDisposable
{
    private const string Setup = FleetConfiguration.SetupUser;
    private const string Collector = FleetConfiguration.CollectorUser;
    private const string Viewer = FleetConfiguration.ViewerUser;
    private const string Service = "orders-api";

    private FleetCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string[]> ForbiddenPublishes() => new()
    {
        {
            Setup,
            [
                "$JS.API.STREAM.DELETE.EARSHOT_JOURNAL", "$JS.API.STREAM.PURGE.EARSHOT_SERVERS", "$JS.API.STREAM.CREATE.OTHER", "$JS.API.STREAM.NAMES", "$JS.API.CONSUMER.CREATE.EARSHOT_JOURNAL",
                "$JS.API.DIRECT.GET.EARSHOT_SERVERS", "earshot.v1.s.ID.connect", "earshot.v1.j.orders-api.i.c", "earshot.q.connz", "$SYS.REQ.SERVER.PING.IDZ",
            ]
        },
        {
            Collector,
            [
                "$JS.API.STREAM.DELETE.EARSHOT_SERVERS", "$JS.API.STREAM.PURGE.EARSHOT_SERVERS", "$JS.API.STREAM.UPDATE.EARSHOT_SERVERS", "$JS.API.STREAM.CREATE.OTHER",
                "$JS.API.CONSUMER.CREATE.EARSHOT_SERVERS", "$JS.API.DIRECT.GET.EARSHOT_JOURNAL", "$JS.API.STREAM.MSG.GET.EARSHOT_SERVERS", "earshot.v1.j.orders-api.i.c",
                "earshot.sys.connect.APP", "earshot.live.s.ID.connect", "$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.SERVER.ID.KICK",
            ]
        },
        {
            Viewer,
            [
                "$JS.API.CONSUMER.CREATE.EARSHOT_JOURNAL", "$JS.API.CONSUMER.DURABLE.CREATE.EARSHOT_JOURNAL.d", "$JS.API.STREAM.MSG.GET.EARSHOT_JOURNAL", "$JS.API.STREAM.DELETE.EARSHOT_JOURNAL",
                "$JS.API.STREAM.NAMES", "earshot.v1.s.ID.connect", "earshot.v1.j.orders-api.i.c", "earshot.live.j.orders-api.i.c", "earshot.q.connz", "earshot.q.idz", "$SYS.REQ.SERVER.ID.KICK",
            ]
        },
        {
            Service,
            [
                "earshot.v1.j.billing.i.c", "earshot.v1.j.OTHER.orders-api.i.c", "earshot.v1.s.ID.connect", "earshot.q.connz", "billing.x", "$JS.API.STREAM.INFO.EARSHOT_JOURNAL",
                "$JS.API.STREAM.CREATE.X", "$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.SERVER.PING.IDZ", "$SYS.REQ.SERVER.ID.KICK", "$SYS.REQ.CLAIMS.UPDATE",
            ]
        },
    };

    public static TheoryData<string, string[]> ForbiddenSubscriptions() => new()
    {
        { Setup, [">", "_INBOX.>", "_INBOX_FLEET.>", "earshot.>", "$SYS.>"] },
        { Collector, [">", "_INBOX.>", "_INBOX_VIEW.>", "earshot.v1.s.>", "earshot.v1.j.>", "earshot.live.>", "$SYS.>"] },
        { Viewer, [">", "_INBOX.>", "_INBOX_FLEET.>", "earshot.v1.j.>", "earshot.v1.s.>", "earshot.sys.>", "$SYS.>"] },
        { Service, [">", "billing.>", "earshot.>", "earshot.v1.j.>", "earshot.live.>", "earshot.sys.>", "$SYS.>"] },
    };

    [Theory]
    [MemberData(nameof(ForbiddenPublishes))]
    public async Task Forbidden_publishes_are_refused(string user, string[] subjects)
    {
        Assert.InRange(subjects.Length, 10, 20);
        FleetCluster cluster = await StartAsync();
        NatsConnection connection = await cluster.ConnectAsync(user);
        foreach (string subject in subjects)
        {
            await connection.PublishAsync(subject, cancellationToken: Token);
        }

        await connection.FlushAsync(Token);
        Assert.Equal(subjects.Order(StringComparer.Ordinal), connection.Events.ToList().OfType<NatsPermissionViolationEvent>().Select(e => e.Subject!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(ForbiddenSubscriptions))]
    public async Task Forbidden_subscriptions_are_refused(string user, string[] subjects)
    {
        FleetCluster cluster = await StartAsync();
        NatsConnection connection = await cluster.ConnectAsync(user);
        foreach (string subject in subjects)
        {
            INatsSub<byte[]> subscription = await connection.SubscribeCoreAsync<byte[]>(subject, cancellationToken: Token);
            await Assert.ThrowsAsync<NatsPermissionViolationException>(async () => await subscription.ConfirmAsync(Token));
        }
    }

    [Fact]
    public async Task Collector_may_ask_all_servers_store_records_and_read_them()
    {
        FleetCluster cluster = await StartAsync();
        NatsConnection collector = await cluster.ConnectAsync(Collector);
        Assert.Contains("\"connections\"", await AskAsync(collector, "earshot.q.connz"), StringComparison.Ordinal);
        Assert.Contains("\"id\"", await AskAsync(collector, "earshot.q.idz"), StringComparison.Ordinal);
        INatsJSContext context = collector.CreateJetStreamContext();
        foreach (string kind in new[] { "connect", "disconnect", "filled", "lameduck", "shutdown", "statsz", "silent", "back", "open", "seen" })
        {
            Assert.Equal("EARSHOT_SERVERS", (await context.PublishAsync($"earshot.v1.s.ID.{kind}", Encoding.UTF8.GetBytes("{}"), cancellationToken: Token)).Stream);
        }

        Assert.Equal(10, (await context.GetStreamAsync("EARSHOT_SERVERS", cancellationToken: Token)).Info.State.Messages);
        Assert.Equal(10, (await StoredTexts.ReadAsync(context, "EARSHOT_SERVERS", Token)).Count);
        INatsSub<byte[]> events = await collector.SubscribeCoreAsync<byte[]>("earshot.sys.>", cancellationToken: Token);
        await events.ConfirmAsync(Token);
        await (await cluster.ConnectAsync(Service)).DisposeAsync();
        Assert.StartsWith("earshot.sys.", (await events.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token)).Subject, StringComparison.Ordinal);
        AssertNothingRefused(collector);
    }

    [Fact]
    public async Task Service_may_ship_its_journal_which_has_its_account_and_a_viewer_may_read_it()
    {
        FleetCluster cluster = await StartAsync();
        NatsConnection viewer = await cluster.ConnectAsync(Viewer);
        INatsSub<byte[]> live = await viewer.SubscribeCoreAsync<byte[]>("earshot.live.>", cancellationToken: Token);
        await live.ConfirmAsync(Token);
        NatsConnection service = await cluster.ConnectAsync(Service);
        PubAckResponse ack = await service.CreateJetStreamContext().PublishAsync("earshot.v1.j.orders-api.i1.c1", Encoding.UTF8.GetBytes("{}"), opts: new NatsJSPubOpts { MsgId = "c1:1-2", FailFastWithoutStream = false }, cancellationToken: Token);
        Assert.Equal(("EARSHOT_JOURNAL", 1UL, false), (ack.Stream, ack.Seq, ack.Duplicate));
        NatsMsg<byte[]> shown = await live.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token);
        Assert.Equal($"earshot.live.j.{cluster.AccountOf("APP")}.orders-api.i1.c1", shown.Subject);
        INatsJSContext context = viewer.CreateJetStreamContext();
        Assert.Equal("{}", Assert.Single(await StoredTexts.ReadAsync(context, "EARSHOT_JOURNAL", Token)));
        Assert.Empty(await StoredTexts.ReadAsync(context, "EARSHOT_SERVERS", Token));
        Assert.Equal(1, (await context.GetStreamAsync("EARSHOT_JOURNAL", cancellationToken: Token)).Info.State.Messages);
        Assert.Equal(0, (await context.GetStreamAsync("EARSHOT_SERVERS", cancellationToken: Token)).Info.State.Messages);
        AssertNothingRefused(viewer);
        AssertNothingRefused(service);
    }

    [Fact]
    public async Task Service_may_use_its_subjects_and_ask_for_its_own_account_only()
    {
        FleetCluster cluster = await StartAsync();
        NatsConnection stock = await cluster.ConnectAsync("stock");
        NatsConnection service = await cluster.ConnectAsync(Service);
        INatsSub<byte[]> own = await service.SubscribeCoreAsync<byte[]>("orders.>", cancellationToken: Token);
        await own.ConfirmAsync(Token);
        await service.PublishAsync("orders.new", cancellationToken: Token);
        Assert.Equal("orders.new", (await own.Msgs.ReadAsync(Token).AsTask().WaitAsync(FleetCluster.Limit, Token)).Subject);
        Assert.Contains("\"orders-api\"", await AskAsync(service, "$SYS.REQ.USER.INFO"), StringComparison.Ordinal);
        string connections = await AskAsync(service, "$SYS.REQ.ACCOUNT.PING.CONNZ");
        Assert.Contains("orders-api-client", connections, StringComparison.Ordinal);
        Assert.DoesNotContain("stock-client", connections, StringComparison.Ordinal);
        AssertNothingRefused(service);
        AssertNothingRefused(stock);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private async Task<FleetCluster> StartAsync() => _cluster = await FleetCluster.WithStreamsAsync(1, signer: jwts ? await JwtOperator.SetUpAsync(FleetCluster.Configuration) : null);

    private static async Task<string> AskAsync(NatsConnection connection, string subject) => Encoding.UTF8.GetString((await connection.RequestAsync<byte[]>(subject, cancellationToken: Token)).Data!);

    private static void AssertNothingRefused(NatsConnection connection) => Assert.Empty(connection.Events.ToList().OfType<NatsPermissionViolationEvent>());
}
