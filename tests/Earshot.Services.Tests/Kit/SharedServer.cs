using Earshot.RealServer;

namespace Earshot.Services.Tests.Kit;

/// <summary>A real server that all tests share; each test has services with unique names and prefixes. Started by the first test.</summary>
public sealed class SharedServer : IAsyncDisposable
{
    private readonly Lazy<Task<NatsServerProcess>> _server = new(() => NatsServerProcess.StartAsync());

    internal Task<NatsServerProcess> Started => _server.Value;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
