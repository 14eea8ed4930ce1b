using System.Net;
using System.Threading.Tasks.Sources;
using Earshot.Connections;
using Earshot.Transport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>What connections hold that are open and silent. Alone, since it reads the size of the whole heap.</summary>
[Collection(nameof(IdleConnection))]
public sealed class IdleFootprintTests
{
    private const int Connections = 5000;
    private const int Counts = 3; // what a process makes once for all connections is in the first of them only

    // A debug build adds the checker of the journal's grammar, and an async method holds its state in an object of its own.
#if DEBUG
    private const int Most = 3900;
#else
    private const int Most = 3150;
#endif

    [Fact]
    public async Task An_open_and_silent_connection_stays_within_its_figure_without_its_transport()
    {
        var opts = new NatsOpts { TimeProvider = new FakeTimeProvider() };
        await OpenAsync(opts, 100);
        List<SilentTransport> transports = [];
        long transport = Measure(() => transports.AddRange(Enumerable.Range(0, Connections).Select(static _ => new SilentTransport())));

        long each = long.MaxValue;
        List<NatsConnection> connections = [];
        for (int count = 0; count < Counts; count++)
        {
            long before = GC.GetTotalMemory(forceFullCollection: true);
            NatsConnection[] opened = await OpenAsync(opts, Connections);
            each = Math.Min(each, ((GC.GetTotalMemory(forceFullCollection: true) - before) / Connections) - transport);
            connections.AddRange(opened);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes each, and {transport} for the transport");
        Assert.InRange(each, 1, Most);
        Assert.All(connections, connection => Assert.Equal(NatsConnectionState.Open, connection.ConnectionState));
        GC.KeepAlive(transports);
    }

    private static long Measure(Action make)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        make();
        return (GC.GetTotalMemory(forceFullCollection: true) - before) / Connections;
    }

    // Not closed: no thread and no timer of theirs is left, so they go with the test.
    private static async Task<NatsConnection[]> OpenAsync(NatsOpts opts, int count)
    {
        var connections = new NatsConnection[count];
        for (int i = 0; i < count; i++)
        {
            var dialer = new SilentDialer();
            connections[i] = new NatsConnection(opts, new ConnectionComposition(opts, dialer));
            await connections[i].ConnectAsync(TestContext.Current.CancellationToken);
            await dialer.Transport.Silent.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            dialer.Transport.Silent = SilentTransport.Over;
        }

        return connections;
    }

    private sealed class SilentDialer : ITransportDialer
    {
        public SilentTransport Transport { get; } = new() { Silent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) };

        public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => new([IPAddress.Loopback]);

        public ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken) => new(Transport);
    }

    /// <summary>Says INFO, then PONG, then nothing any more.</summary>
    private sealed class SilentTransport : ITransport, IValueTaskSource<int>
    {
        public static readonly TaskCompletionSource Over = new();

        private static readonly byte[][] s_said =
        [
            [.. """INFO {"server_id":"N","version":"2.12.0","proto":1,"host":"127.0.0.1","port":4222,"headers":true,"max_payload":1048576}"""u8, .. "\r\n"u8],
            [.. "PONG\r\n"u8],
        ];

        private Action<object?>? _continuation;
        private object? _state;
        private int _next;

        /// <summary>Completed once the read loop waits for what never comes.</summary>
        public TaskCompletionSource Silent { get; set; } = Over;

        public EndPoint? RemoteEndPoint => null;

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            if (_next == s_said.Length)
            {
                return new ValueTask<int>(this, 0);
            }

            s_said[_next].CopyTo(buffer);
            return new ValueTask<int>(s_said[_next++].Length);
        }

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => default;

        public void Abort()
        {
        }

        public void Dispose()
        {
        }

        public int GetResult(short token) => 0;

        public ValueTaskSourceStatus GetStatus(short token) => ValueTaskSourceStatus.Pending;

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            (_continuation, _state) = (continuation, state);
            Silent.SetResult();
        }
    }
}
