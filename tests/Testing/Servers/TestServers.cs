using Earshot.RealServer;

namespace Earshot.Testing;

/// <summary>Starts the servers of a test run: nats-servers, or with EARSHOT_TEST_SERVER=in-process those of Earshot.Server.</summary>
internal static class TestServers
{
    private const string Variable = "EARSHOT_TEST_SERVER";

    public static bool AreInProcess => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => false,
        "in-process" => true,
        var other => throw new InvalidOperationException($"{Variable} is '{other}'; it may be 'in-process' or not set."),
    };

    /// <summary>Told of every server in process, on the flow of the test that starts it; for the transcript of a test that fails.</summary>
    public static Action<NatsTestServer> Started { get; set; } = static _ => { };

    public static async Task<ITestServer> StartAsync(NatsServerSetup? setup = null, CancellationToken cancellationToken = default)
    {
        if (AreInProcess)
        {
            NatsTestServer server = await NatsTestServer.StartAsync(ServerConfig.Read(setup ?? new NatsServerSetup()), cancellationToken).ConfigureAwait(false);
            Started(server);
            return new InProcessTestServer(server);
        }

        return new RealTestServer(await NatsServerProcess.StartAsync(setup, cancellationToken).ConfigureAwait(false));
    }

    public static async Task<ITestCluster> ClusterAsync(int size, Func<int, NatsServerSetup>? setup = null, CancellationToken cancellationToken = default)
    {
        if (AreInProcess)
        {
            NatsTestServerOptions options = ServerConfig.Read(setup?.Invoke(1) ?? new NatsServerSetup());
            return new InProcessTestCluster(await NatsTestCluster.StartAsync(size, options, cancellationToken).ConfigureAwait(false));
        }

        return new RealTestCluster(await NatsCluster.StartAsync(size, setup, cancellationToken).ConfigureAwait(false));
    }
}
