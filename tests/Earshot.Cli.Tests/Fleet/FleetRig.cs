using System.Net.Sockets;
using System.Text;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Cli.Tests.Fleet;

/// <summary>A real server with an account, its clients, and the journals that they leave as files.</summary>
internal sealed class FleetRig : IAsyncDisposable
{
    internal const string Password = "TEST-SECRET-fleet-password";
    internal const string Accounts = $$"""
        accounts { APP { users: [ { user: orders, password: "{{Password}}" } ] }, SYS { users: [ { user: sys, password: sys } ] } }
        system_account: SYS
        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("earshot-fleet-");
    private readonly List<IAsyncDisposable> _owned = [];

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal string Folder => _folder.FullName;

    internal async Task<NatsServerProcess> StartAsync(string server, string config)
    {
        NatsServerProcess process = await NatsServerProcess.StartAsync(
            new NatsServerSetup { Name = "n1", Config = config, Arguments = ["-D"], Binary = await BinaryAsync(server) }, Token);
        _owned.Add(process);
        return process;
    }

    internal async Task<NatsCluster> StartClusterAsync(string server)
    {
        string binary = await BinaryAsync(server);
        NatsCluster cluster = await NatsCluster.StartAsync(
            2, _ => new NatsServerSetup { Config = Accounts, Binary = binary, LameDuckDuration = TimeSpan.FromSeconds(30), LameDuckGracePeriod = TimeSpan.FromSeconds(1) }, Token);
        _owned.Add(cluster);
        return cluster;
    }

    internal static string UrlOf(NatsServerProcess server, string password = Password) => $"nats://orders:{password}@127.0.0.1:{server.Port}";

    internal async Task<NatsConnection> ConnectAsync(NatsOpts opts)
    {
        var connection = new NatsConnection(opts);
        _owned.Add(connection);
        await connection.ConnectAsync(Token);
        return connection;
    }

    /// <summary>Writes the journal of a connection to a file.</summary>
    internal async Task<string> JournalAsync(NatsConnection connection, string name)
    {
        string path = Path.Combine(Folder, name);
        await using FileStream file = File.Create(path);
        await NatsJournalExport.WriteAsync(connection.Events.ToList(), file, Token);
        return path;
    }

    /// <summary>Waits for a line that the server logs.</summary>
    internal static Task LoggedAsync(NatsServerProcess server, string text, int mark = 0) => server.Log.WaitForAsync(text, mark, Token).WaitAsync(s_limit, Token);

    /// <summary>A client that subscribes to everything and reads nothing.</summary>
    internal async Task SubscribeWithoutReadingAsync(NatsServerProcess server)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync("127.0.0.1", server.Port, Token);
        _owned.Add(client.GetStream());
        string connect = $$"""CONNECT {"verbose":false,"pedantic":false,"name":"slow-one","user":"orders","pass":"{{Password}}"}""";
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{connect}\r\nSUB > 1\r\nPING\r\n"), Token);
        string read = "";
        byte[] buffer = new byte[4096];
        while (!read.Contains("PONG", StringComparison.Ordinal))
        {
            read += Encoding.ASCII.GetString(buffer, 0, await client.GetStream().ReadAsync(buffer, Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _owned.Reverse();
        foreach (IAsyncDisposable owned in _owned)
        {
            await owned.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static async Task<string> BinaryAsync(string server) => server == "oldest" ? await NatsServerLocator.Oldest : await NatsServerLocator.Newest;
}
