using System.Diagnostics;
using Earshot.RealServer;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>A real server with JetStream, without streams whenever it is asked for.</summary>
public sealed class JetStreamServer : IAsyncLifetime
{
    private static readonly TimeSpan s_longestRemoval = TimeSpan.FromSeconds(3);

    private NatsServerProcess? _server;

    public async ValueTask InitializeAsync() => _server = await StartAsync(TestContext.Current.CancellationToken);

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
            if (!await IsRemovedAsync(Path.Combine(_server.Folder, "js", "jetstream", "$G", "streams", stream), cancellationToken))
            {
                await _server.DisposeAsync();
                _server = await StartAsync(cancellationToken);
                break;
            }
        }

        return _server!.Port;
    }

    private static Task<NatsServerProcess> StartAsync(CancellationToken cancellationToken) =>
        NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }, cancellationToken);

    // The server answers before the files are gone, and a stream of the same name would be restored from them. Sometimes it writes them again.
    private static async Task<bool> IsRemovedAsync(string files, CancellationToken cancellationToken)
    {
        for (long start = Stopwatch.GetTimestamp(); Directory.Exists(files);)
        {
            if (Stopwatch.GetElapsedTime(start) > s_longestRemoval)
            {
                return false;
            }

            await Task.Delay(1, cancellationToken);
        }

        return true;
    }
}
