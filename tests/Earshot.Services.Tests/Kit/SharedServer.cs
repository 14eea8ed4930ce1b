using Earshot.Testing;

namespace Earshot.Services.Tests.Kit;

/// <summary>
/// A server that all tests share; each test has services with unique names and prefixes. Started by the first test. A nats-server, or with
/// EARSHOT_TEST_SERVER=in-process one of Earshot.Server; the tests are the same.
/// </summary>
public sealed class SharedServer : IAsyncDisposable
{
    private readonly Lazy<Task<ITestServer>> _server = new(() => TestServers.StartAsync());

    internal Task<ITestServer> Started => _server.Value;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
