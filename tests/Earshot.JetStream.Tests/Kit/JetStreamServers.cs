using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.JetStream.Tests.Kit;

/// <summary>
/// Two servers with JetStream, the newest and the oldest, shared by all tests. Each test creates its own streams with unique names and
/// subjects. Started by the first test that uses them. The newest and separate ones are nats-servers with their store in a temporary folder, or
/// with EARSHOT_TEST_SERVER=in-process those of Earshot.Server; the tests are the same.
/// </summary>
public sealed class JetStreamServers : IAsyncDisposable
{
    private readonly Lazy<Task<ITestServer>> _newest = new(() => StartAsync());

    private readonly Lazy<Task<ITestServer>> _oldest = new(() => TestServers.StartAsync(
        new NatsServerSetup { JetStream = true, Binary = Environment.GetEnvironmentVariable("NATS_SERVER_OLDEST") }));

    internal Task<ITestServer> Newest => _newest.Value;

    /// <summary>A nats-server. A test that uses it is marked, because there is none in process.</summary>
    internal Task<ITestServer> Oldest => _oldest.Value;

    /// <summary>Starts a separate server, for a test that stops it or needs another configuration.</summary>
    internal static Task<ITestServer> StartAsync(string more = "") =>
        TestServers.StartAsync(new NatsServerSetup { JetStream = true, Config = more });

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<ITestServer>> server in (Lazy<Task<ITestServer>>[])[_newest, _oldest])
        {
            if (server.IsValueCreated)
            {
                await (await server.Value).DisposeAsync();
            }
        }
    }
}
