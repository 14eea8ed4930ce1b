using Earshot.Fleet.Analysis;
using Earshot.Fleet.Streams;
using Earshot.JetStream;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Servers;

/// <summary>Journals that are shipped to the stream of a real nats-server, in the account of the application and through an import.</summary>
public sealed class RealServerShippingTests
{
    private const string TwoAccounts = """
        accounts {
          OPS { jetstream: enabled
            users: [ { user: ops, password: pw } ]
            exports: [ { service: "earshot.v1.j.*.*.*.*", account_token_position: 4 } ] }
          APP { users: [ { user: orders, password: pw, permissions: {
                publish: { allow: ["orders.>", "earshot.v1.j.orders-api.*.*"] }
                subscribe: { allow: ["orders.>", "_INBOX.>"] } } } ]
            imports: [ { service: { account: OPS, subject: "earshot.v1.j.APP.*.*.*" }, to: "earshot.v1.j.$1.$2.$3" } ] }
        }
        """;

    // The events of a connection that nothing happens to.
    private static readonly NatsEventKind[] s_quiet = [NatsEventKind.Connecting, NatsEventKind.ConnectAttempt, NatsEventKind.Connected, NatsEventKind.ServerInfoUpdated];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_loss_of_a_killed_server_is_in_its_stream_when_it_runs_again()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", JetStream = true }, Token);
        await Shippers.CreateStreamAsync(server.Url, change: config => config with { Storage = StreamConfigStorage.File });
        await using var connection = new NatsConnection(Reconnecting(server.Url));
        await using var shipper = new NatsJournalShipper(Shippers.Options());
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        await server.KillAsync(Token);
        await server.StartServerAsync(Token);
        await connection.Events.WhenAsync<NatsResubscribedEvent>(0, Token);
        await shipper.DisposeAsync();

        (Receiver receiver, IReadOnlyList<string> subjects) = await Shippers.ReadAsync(server.Url);
        Assert.Equal([$"earshot.v1.j.orders-api.p1.{connection.ConnectionId}"], subjects.Distinct());
        IReadOnlyList<JournalEntry> entries = receiver.Of(connection.ConnectionId);
        Assert.Equal((1L, 0L), (entries[0].Sequence, Coverage.Missing(entries)));
        Assert.Equal([1UL, 2UL], entries.Where(entry => entry.Kind is NatsEventKind.Connected or NatsEventKind.Reconnected).Select((_, i) => (ulong)i + 1));
        JournalEntry reconnected = Assert.Single(entries, entry => entry.Kind == NatsEventKind.Reconnected);
        Assert.Equal(reconnected.Count - 1 ?? 0, entries.Where(entry => entry.Kind == NatsEventKind.ConnectAttemptFailed).Sum(entry => entry.Count));

        FleetReport report = Incidents.Find(receiver.Entries.Select(pair => new JournalRecord(new JournalConnection(pair.Key.Connection), pair.Value)));
        FleetLoss loss = Assert.Single(report.Losses);
        Assert.Equal((FleetOutcome.Back, connection.ConnectionId), (loss.Outcome, loss.ConnectionId));
        Assert.DoesNotContain(report.MissingEvents, journal => journal.Value > 0);
    }

    [Fact]
    public async Task A_full_stream_and_a_missing_one_cause_no_event()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }, Token);
        var missing = new WarningLog();
        Assert.Equal(s_quiet, await KindsAsync(server.Url, missing));
        Assert.Contains("no stream has earshot.v1.j.orders-api.p1.", Assert.Single(missing.Texts));

        await Shippers.CreateStreamAsync(server.Url, change: config => config with { MaxBytes = 1, Discard = StreamConfigDiscard.New });
        var full = new WarningLog();
        Assert.Equal(s_quiet, await KindsAsync(server.Url, full));
        Assert.Contains("10077", Assert.Single(full.Texts));
    }

    [Fact]
    public async Task A_user_without_JetStream_ships_through_the_import_and_the_server_adds_its_account()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true, Config = TwoAccounts }, Token);
        string ops = server.Url.Replace("//", "//ops:pw@", StringComparison.Ordinal);
        await Shippers.CreateStreamAsync(ops, "earshot.v1.j.>");
        await using var connection = new NatsConnection(Reconnecting(server.Url.Replace("//", "//orders:pw@", StringComparison.Ordinal)));
        await using var shipper = new NatsJournalShipper(Shippers.Options());
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        await connection.ReconnectAsync(new NatsForceReconnectOptions(), Token);
        await connection.Events.WhenAsync<NatsResubscribedEvent>(0, Token);
        await shipper.DisposeAsync();

        (Receiver receiver, IReadOnlyList<string> subjects) = await Shippers.ReadAsync(ops);
        Assert.Equal([$"earshot.v1.j.APP.orders-api.p1.{connection.ConnectionId}"], subjects.Distinct());
        Assert.True(FleetSubjects.TryReadJournal(subjects[0], out string? account, out string? service, out _, out string? id));
        Assert.Equal(("APP", "orders-api", connection.ConnectionId), (account, service, id));
        Assert.Equal(0, Coverage.Missing(receiver.Of(connection.ConnectionId)));
        Assert.Equal((0, 0L, 0L), (shipper.Counts.Held, shipper.Counts.Failures, shipper.Counts.Dropped));
    }

    [Fact]
    public async Task A_subject_of_another_service_is_refused_with_two_events()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true, Config = TwoAccounts }, Token);
        var log = new WarningLog();
        IReadOnlyList<NatsEventKind> kinds = await KindsAsync(server.Url.Replace("//", "//orders:pw@", StringComparison.Ordinal), log, "billing");
        Assert.Equal([.. s_quiet, NatsEventKind.ServerError, NatsEventKind.PermissionViolation], kinds);
        Assert.Contains("the server refuses earshot.v1.j.billing.p1.", Assert.Single(log.Texts));
    }

    private static NatsOpts Reconnecting(string url) => new() { Url = url, ReconnectWaitMin = TimeSpan.FromMilliseconds(10), ReconnectWaitMax = TimeSpan.FromMilliseconds(50), MaxReconnectRetry = -1 };

    private static async Task<IReadOnlyList<NatsEventKind>> KindsAsync(string url, WarningLog log, string service = "orders-api")
    {
        await using var connection = new NatsConnection(new NatsOpts { Url = url, LoggerFactory = log });
        NatsJournalShippingOptions options = Shippers.Options(service);
        options.CloseTimeout = TimeSpan.FromSeconds(1);
        await using var shipper = new NatsJournalShipper(options);
        shipper.Add(connection);
        await connection.ConnectAsync(Token);
        await log.First.WaitAsync(Shippers.Limit, Token);
        await connection.PublishAsync("orders.created", "1", cancellationToken: Token);
        await connection.PingAsync(Token);
        return [.. connection.Events.ToList().Select(e => e.Kind).Where(kind => kind != NatsEventKind.DiscoveredServers)];
    }
}
