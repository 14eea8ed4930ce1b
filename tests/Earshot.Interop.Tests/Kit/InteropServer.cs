using Earshot.RealServer;

namespace Earshot.Interop.Tests.Kit;

/// <summary>A real server with JetStream and the installed packages of the other client, shared by all tests. Started by the first test that uses them.</summary>
public sealed class InteropServer : IAsyncDisposable
{
    private readonly Lazy<Task<NatsServerProcess>> _server = new(() => NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }));
    private readonly Lazy<Task<string>> _packages = new(() => NodePackages.InstallAsync());

    internal Task<NatsServerProcess> Server => _server.Value;

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
