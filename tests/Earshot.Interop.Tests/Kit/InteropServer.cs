using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Interop.Tests.Kit;

/// <summary>
/// A server with JetStream and the installed packages of the other client, shared by all tests. Started by the first test that uses them. The
/// server is a nats-server, or with EARSHOT_TEST_SERVER=in-process one of Earshot.Server; the tests are the same.
/// </summary>
public sealed class InteropServer : IAsyncDisposable
{
    private readonly Lazy<Task<ITestServer>> _server = new(() => TestServers.StartAsync(new NatsServerSetup { JetStream = true }));
    private readonly Lazy<Task<string>> _packages = new(() => NodePackages.InstallAsync());

    internal Task<ITestServer> Server => _server.Value;

    /// <summary>The folder with the script and its packages.</summary>
    internal Task<string> Packages => _packages.Value;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
