using System.Net.Sockets;
using System.Text;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>The connections of real servers, the newest and the oldest: all pages, all servers, and what they refuse.</summary>
public sealed class ConnectionsReaderTests
{
    private const string Accounts = """
        accounts { APP { users: [ { user: orders, password: pw }, { user: mute, password: pw, permissions: { publish: { allow: ["orders.>"] } } } ] }, SYS { users: [ { user: sys, password: sys } ] } }
        system_account: SYS
        """;

    private const int MoreThanAPage = 1100;

    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task All_pages_of_closed_connections_are_read(string version)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", Config = Accounts, Binary = await BinaryAsync(version) }, Token);
        for (int i = 0; i < MoreThanAPage; i++)
        {
            await OpenAndCloseAsync(server.Port, i);
        }

        await using var connection = new NatsConnection(new NatsOpts { Url = Url(server, "orders"), Name = "reader" });
        await connection.ConnectAsync(Token);
        ConnectionsReading reading = await ReadAsync(connection);
        Assert.Equal((1, MoreThanAPage), (reading.Open, reading.Closed));
        Assert.Equal("n1", Assert.Single(reading.Servers).Name);
        Assert.False(reading.IsDefaultAccount);
        Assert.Empty(reading.Problems);
        Assert.All(reading.Records.OfType<ServerRecord>().Where(record => record.Client is not null), record => Assert.Equal(("APP", "orders", "127.0.0.1"), (record.Client!.Account, record.Client.User, record.Client.Ip)));
        Assert.Equal(MoreThanAPage, reading.Records.OfType<ServerRecord>().Where(record => record.Kind == ServerRecordKind.Filled).Select(record => record.Client!.Name).Distinct().Count());
    }

    [Fact]
    public async Task All_servers_of_a_cluster_answer_and_the_ids_are_those_of_the_journal()
    {
        await using NatsCluster cluster = await NatsCluster.StartAsync(3, _ => new NatsServerSetup { Config = Accounts }, Token);
        var connections = new List<NatsConnection>();
        var time = new QuestionTime(servers: 3, s_answer);
        foreach (NatsServerProcess server in cluster.Nodes)
        {
            connections.Add(new NatsConnection(new NatsOpts { Url = Url(server, "orders"), IgnoreDiscoveredServers = true, TimeProvider = time }));
            await connections[^1].ConnectAsync(Token);
        }

        DateTimeOffset before = time.GetUtcNow();
        ConnectionsReading reading = await ConnectionsReader.ReadAsync(connections[0], timeout: s_answer, cancellationToken: Token);
        TimeSpan took = time.GetUtcNow() - before;
        Assert.Equal(["n1", "n2", "n3"], reading.Servers.Select(server => server.Name));
        Assert.Equal(
            connections.Select(connection => (connection.ServerInfo!.Id, connection.ServerInfo.ClientId)).Order(),
            reading.Records.OfType<ServerRecord>().Where(record => record.Kind == ServerRecordKind.Open).Select(record => (record.Server.Id, record.Client!.Id)).Order());
        Assert.All(Incidents.Find(reading.Records).Servers, server => Assert.InRange(server.ClockOffset, -took, took));
        foreach (NatsConnection connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_user_who_may_not_ask_gets_no_answer()
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Config = Accounts }, Token);
        await using var connection = new NatsConnection(new NatsOpts { Url = Url(server, "mute") });
        await connection.ConnectAsync(Token);
        Task<NatsPermissionViolationEvent> denied = connection.Events.WhenAsync<NatsPermissionViolationEvent>(0, cancellationToken: Token);
        ConnectionsReading reading = await ConnectionsReader.ReadAsync(connection, timeout: TimeSpan.FromSeconds(1), cancellationToken: Token);
        Assert.Equal("$SYS.REQ.ACCOUNT.PING.CONNZ", (await denied).Subject);
        Assert.Empty(reading.Records);
    }

    [Theory]
    [InlineData("newest")]
    [InlineData("oldest")]
    public async Task A_monitoring_port_has_what_the_default_account_is_not_given(string version)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { Name = "n1", Binary = await BinaryAsync(version) }, Token);
        await using (var first = new NatsConnection(new NatsOpts { Url = server.Url, Name = "gone" }))
        {
            await first.ConnectAsync(Token);
        }

        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        await connection.ConnectAsync(Token);
        ConnectionsReading live = await ReadAsync(connection);
        Assert.Equal((1, 0, true), (live.Open, live.Closed, live.IsDefaultAccount));
        using var client = new HttpClient();
        ConnectionsReading port = await MonitoringReader.ReadAsync(client, server.MonitoringUrl, cancellationToken: Token);
        Assert.Equal((1, 1, "n1"), (port.Open, port.Closed, Assert.Single(port.Servers).Name));
        Assert.Equal(live.Servers[0].Id, port.Servers[0].Id);
        Assert.Equal("gone", port.Records.OfType<ServerRecord>().Single(record => record.Kind == ServerRecordKind.Filled).Client!.Name);
    }

    private static async Task<string> BinaryAsync(string version) => version == "oldest" ? await NatsServerLocator.Oldest : await NatsServerLocator.Newest;

    // When the connection that reads is the only one: a server notices the end of another a moment after its client.
    private static async Task<ConnectionsReading> ReadAsync(NatsConnection connection)
    {
        while (true)
        {
            ConnectionsReading reading = await ConnectionsReader.ReadAsync(connection, cancellationToken: Token);
            if (reading.Open == 1)
            {
                return reading;
            }
        }
    }

    private static string Url(NatsServerProcess server, string user) => $"nats://{user}:pw@127.0.0.1:{server.Port}";

    // Raw, so that the server has answered its PING before the next one begins.
    private static async Task OpenAndCloseAsync(int port, int number)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port, Token);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($$"""CONNECT {"verbose":false,"pedantic":false,"user":"orders","pass":"pw","name":"c{{number}}"}""" + "\r\nPING\r\n"), Token);
        string read = "";
        byte[] buffer = new byte[4096];
        while (!read.Contains("PONG", StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(buffer, Token);
            Assert.True(count > 0, read);
            read += Encoding.ASCII.GetString(buffer, 0, count);
        }
    }
}
