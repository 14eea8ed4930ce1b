using Earshot.RealServer;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>A real server with JetStream, without streams whenever it is asked for.</summary>
public sealed class JetStreamServer : IAsyncLifetime
{
    private NatsServerProcess? _server;

    public async ValueTask InitializeAsync() =>
        _server = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    internal async Task<int> PortAsync(CancellationToken cancellationToken)
    {
        foreach (string stream in (string[])["A", "B", "S", "T"])
        {
            await JetStreamTalk.PlayAsync([$"req STREAM.DELETE.{stream}"], _server!.Port, cancellationToken);
        }

        return _server!.Port;
    }
}
