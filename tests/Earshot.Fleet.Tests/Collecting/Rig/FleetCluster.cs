using Earshot.Fleet.Records;
using Earshot.Fleet.Tests.Streams;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>Real servers with the configuration of a fleet, the streams, and connections of its users.</summary>
internal sealed class FleetCluster : IAsyncDisposable
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    internal static readonly FleetConfiguration Configuration = new()
    {
        Apps =
        [
            new FleetApp("APP") { Services = [new FleetService("orders-api") { Subjects = ["orders.>"] }, new FleetService("billing")] },
            new FleetApp("OTHER") { Services = [new FleetService("stock")] },
        ],
    };

    private readonly IAsyncDisposable _servers;
    private readonly List<IAsyncDisposable> _owned = [];

    private readonly JwtOperator? _operator;

    private FleetCluster(IAsyncDisposable servers, IReadOnlyList<NatsServerProcess> nodes, JwtOperator? signer) => (_servers, Nodes, _operator) = (servers, nodes, signer);

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static string ConfigurationText => Configuration.ToText(user => $"\"{PasswordOf(user.Name)}\"");

    internal IReadOnlyList<NatsServerProcess> Nodes { get; }

    internal static async Task<FleetCluster> StartAsync(int nodes, string? binary = null, string more = "", JwtOperator? signer = null)
    {
        var setup = new NatsServerSetup { JetStream = true, Config = $"{signer?.Config ?? ConfigurationText}\n{more}", Binary = binary, LameDuckDuration = TimeSpan.FromSeconds(30), LameDuckGracePeriod = TimeSpan.FromSeconds(1) };
        if (nodes == 1)
        {
            NatsServerProcess server = await NatsServerProcess.StartAsync(setup with { Name = "n1" }, Token);
            return new FleetCluster(server, [server], signer);
        }

        NatsCluster cluster = await NatsCluster.StartAsync(nodes, _ => setup, Token);
        return new FleetCluster(cluster, cluster.Nodes, signer);
    }

    /// <summary>Starts servers and creates the streams.</summary>
    /// <param name="nodes">How many servers.</param>
    /// <param name="binary">The program; null: the newest.</param>
    /// <param name="more">What their configuration has besides the fleet.</param>
    /// <param name="signer">The operator that signed the accounts, in place of accounts in the configuration; it belongs to the cluster.</param>
    internal static async Task<FleetCluster> WithStreamsAsync(int nodes, string? binary = null, string more = "", JwtOperator? signer = null)
    {
        FleetCluster cluster = await StartAsync(nodes, binary, more, signer);
        await cluster.CreateStreamsAsync();
        return cluster;
    }

    internal async Task CreateStreamsAsync()
    {
        NatsConnection setup = await ConnectAsync(FleetConfiguration.SetupUser);
        IReadOnlyList<FleetStreamResult> results = await FleetStreams.CreateAsync(setup.CreateJetStreamContext(), cancellationToken: Token);
        Assert.All(results, result => Assert.Equal((FleetStreamOutcome.Created, Nodes.Count), (result.Outcome, result.Replicas)));
    }

    internal static string PasswordOf(string user) => $"c4n4ry-{user}";

    /// <summary>How the servers know an account: by its name, or where accounts are JWTs by its public key.</summary>
    internal string AccountOf(string name) => _operator?.Accounts[name].Key ?? name;

    /// <summary>How the servers know a user: by its name, or where it has a JWT by its public key.</summary>
    internal string UserOf(string name) => _operator?.KeyOf(name) ?? name;

    /// <summary>The options of a user's connection; the given node is the first that is tried.</summary>
    internal NatsOpts Options(string user, int node = 0) => new()
    {
        Url = string.Join(',', Nodes.Skip(node).Concat(Nodes.Take(node)).Select(server => server.Url)),
        NoRandomize = true,
        AuthOpts = _operator is null ? new NatsAuthOpts { Username = user, Password = PasswordOf(user) } : new NatsAuthOpts { Creds = _operator.CredsOf(user) },
        Name = $"{user}-client",
        InboxPrefix = user switch
        {
            FleetConfiguration.CollectorUser => FleetConfiguration.CollectorInbox,
            FleetConfiguration.ViewerUser => FleetConfiguration.ViewerInbox,
            FleetConfiguration.SetupUser => FleetConfiguration.SetupInbox,
            _ => "_INBOX",
        },
    };

    internal Task<NatsConnection> ConnectAsync(string user, int node = 0) => ConnectAsync(Options(user, node));

    internal async Task<NatsConnection> ConnectAsync(NatsOpts options)
    {
        var connection = new NatsConnection(options);
        _owned.Add(connection);
        await connection.ConnectAsync(Token);
        return connection;
    }

    /// <summary>Starts a collector with a connection of its own.</summary>
    internal async Task<FleetCollector> CollectAsync(int node = 0, FleetCollectorOptions? options = null)
    {
        NatsOpts opts = Options(FleetConfiguration.CollectorUser, node) with { ProbeDelay = FleetCollector.ProbeDelay, ProbeTimeout = FleetCollector.ProbeTimeout };
        var collector = new FleetCollector(await ConnectAsync(opts), options: options);
        _owned.Add(collector);
        await collector.StartAsync(Token);
        return collector;
    }

    /// <summary>Reads what the stream publishes again, as a viewer does.</summary>
    internal async Task<LiveRecords> FollowAsync(int node = 0)
    {
        NatsConnection viewer = await ConnectAsync(FleetConfiguration.ViewerUser, node);
        LiveRecords live = await LiveRecords.StartAsync(viewer, Token);
        _owned.Add(live);
        return live;
    }

    /// <summary>All records of the stream, in their order.</summary>
    internal async Task<IReadOnlyList<ServerRecord>> StoredAsync(int node = 0) => [.. (await MessagesAsync(node)).Select(text => Assert.IsType<ServerRecord>(Assert.Single(Read(text))))];

    /// <summary>The texts of all messages of the stream.</summary>
    internal async Task<IReadOnlyList<string>> MessagesAsync(int node = 0)
    {
        NatsConnection viewer = await ConnectAsync(FleetConfiguration.ViewerUser, node);
        return await StoredTexts.ReadAsync(viewer.CreateJetStreamContext(), FleetStreams.ServersName, Token);
    }

    private static IReadOnlyList<FleetRecord> Read(string line)
    {
        Assert.True(RecordLines.TryRead(line, out IReadOnlyList<FleetRecord>? records, out string error), error);
        return records;
    }

    public async ValueTask DisposeAsync()
    {
        _owned.Reverse();
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }

        await _servers.DisposeAsync();
        _operator?.Dispose();
    }
}
