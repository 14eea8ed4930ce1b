using System.IO.Pipelines;
using Earshot.Server.Links;
using Earshot.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

/// <summary>What clients cost that are connected and silent. In a process of its own, since it reads the size of the whole heap.</summary>
public sealed class FootprintTests
{
    private const int Clients = 10_000;
    private const int BytesPerClient = 4096;

    [Fact]
    public async Task Ten_thousand_silent_clients_use_at_most_4_KiB_each_without_their_pipes()
    {
        (int exitCode, string output) = await ChildRun.RunAsync(
            typeof(FootprintTests).GetMethod(nameof(Child_measures_silent_clients))!, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, output);
    }

    [Fact(Explicit = true)]
    public async Task Child_measures_silent_clients()
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { Listen = false, TimeProvider = new MuteTimers() }, token);
        await ConnectAsync(server);
        var pipes = new List<IDuplexPipe>(Clients);
        long transports = await MeasurePipesAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Clients; i++)
        {
            pipes.Add(await ConnectAsync(server));
        }

        long each = ((GC.GetTotalMemory(forceFullCollection: true) - before) / Clients) - transports;
        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes each, and {transports} for the two pipes");
        Assert.InRange(each, 1, BytesPerClient);
        Assert.Equal(Clients + 1, server.Clients.Count);
        GC.KeepAlive(pipes);
    }

    // The pipes belong to the client as much as to the server, and a socket has none of them.
    private static async Task<long> MeasurePipesAsync()
    {
        var pairs = new List<(MemoryDuplex Client, MemoryDuplex Server)>(Clients);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Clients; i++)
        {
            (MemoryDuplex Client, MemoryDuplex Server) pair = MemoryDuplex.CreatePair();
            pairs.Add(pair);
            await UseAsync(pair.Client.Output, pair.Server.Input);
            await UseAsync(pair.Server.Output, pair.Client.Input);
        }

        long each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Clients;
        GC.KeepAlive(pairs);
        return each;
    }

    private static async Task UseAsync(PipeWriter writer, PipeReader reader)
    {
        await writer.WriteAsync("PING\r\n"u8.ToArray());
        reader.AdvanceTo((await reader.ReadAsync()).Buffer.End);
    }

    // Connected, with the INFO and the answer read.
    private static async Task<IDuplexPipe> ConnectAsync(NatsTestServer server)
    {
        IDuplexPipe pipe = await server.ConnectInMemoryAsync(TestContext.Current.CancellationToken);
        await pipe.Output.WriteAsync("CONNECT {\"verbose\":false,\"protocol\":0}\r\nPING\r\n"u8.ToArray());
        while (true)
        {
            ReadResult result = await pipe.Input.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            string text = System.Text.Encoding.ASCII.GetString(System.Buffers.BuffersExtensions.ToArray(result.Buffer));
            bool done = text.EndsWith("PONG\r\n", StringComparison.Ordinal);
            pipe.Input.AdvanceTo(done ? result.Buffer.End : result.Buffer.Start, result.Buffer.End);
            if (done)
            {
                return pipe;
            }
        }
    }

    /// <summary>
    /// Real timers that cost what they cost and do nothing: on a slow machine the first PINGs would come before the last client
    /// has connected, and lie unread in pipes that are not measured here.
    /// </summary>
    private sealed class MuteTimers : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(static _ => { }, state, dueTime, period);
    }
}
