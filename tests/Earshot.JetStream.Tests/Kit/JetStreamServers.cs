using Earshot.RealServer;

namespace Earshot.JetStream.Tests.Kit;

/// <summary>
/// Two real servers with JetStream that all tests share, the newest and the oldest, each with its store in a temporary folder. Each test
/// makes streams of its own; names and subjects do not meet. Started by the first test that asks.
/// </summary>
public sealed class JetStreamServers : IAsyncDisposable
{
    private readonly Lazy<Task<NatsServerProcess>> _newest = new(() => NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }));

    private readonly Lazy<Task<NatsServerProcess>> _oldest = new(() => NatsServerProcess.StartAsync(
        new NatsServerSetup { JetStream = true, Binary = Environment.GetEnvironmentVariable("NATS_SERVER_OLDEST") }));

    internal Task<NatsServerProcess> Newest => _newest.Value;

    internal Task<NatsServerProcess> Oldest => _oldest.Value;

    /// <summary>A server of its own, for a test that stops it or needs another configuration.</summary>
    internal static Task<NatsServerProcess> StartAsync(string more = "") =>
        NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true, Config = more });

    public async ValueTask DisposeAsync()
    {
        foreach (Lazy<Task<NatsServerProcess>> server in (Lazy<Task<NatsServerProcess>>[])[_newest, _oldest])
        {
            if (server.IsValueCreated)
            {
                await (await server.Value).DisposeAsync();
            }
        }
    }
}
