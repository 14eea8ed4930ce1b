using System.Net;
using System.Threading.Tasks.Sources;
using Earshot.Connections;
using Earshot.Testing;
using Earshot.Transport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>What connections hold that are open and silent. In a process of its own, because connections with the same options share what they can.</summary>
public sealed class IdleFootprintTests
{
    private const int Connections = 200;
    private const int Shared = 100; // what a process makes once for all connections counts for the first of them only

    // A debug build adds the checker of the journal's grammar, and an async method holds its state in an object of its own.
#if DEBUG
    private const int Most = 3784;
#else
    private const int Most = 3296;
#endif

    [Theory]
    [InlineData(nameof(Child_measures_silent_connections))]
    [InlineData(nameof(Child_measures_silent_connections_with_equal_but_separate_options))]
    public async Task An_open_and_silent_connection_stays_within_its_figure_without_its_transport(string child)
    {
        (int exitCode, string output) = await ChildRun.RunAsync(typeof(IdleFootprintTests).GetMethod(child)!, TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, output);
    }

    [Fact(Explicit = true)]
    public Task Child_measures_silent_connections()
    {
        var opts = new NatsOpts { TimeProvider = new FakeTimeProvider() };
        return MeasureAsync(() => opts);
    }

    [Fact(Explicit = true)]
    public Task Child_measures_silent_connections_with_equal_but_separate_options()
    {
        var time = new FakeTimeProvider();
        return MeasureAsync(() => new NatsOpts { TimeProvider = time });
    }

    private static async Task MeasureAsync(Func<NatsOpts> opts)
    {
        NatsConnection[] connections = await OpenAsync(opts, Connections);
        Assert.All(connections, connection => Assert.Equal(NatsConnectionState.Open, connection.ConnectionState));

        // The clock has the timers of all connections.
        var graph = new ObjectGraph(except: connections[0].Opts.TimeProvider);
        long[] each = [.. connections.Select(connection => graph.BytesOf(connection, static part => part is not (SilentTransport or SilentDialer)))];
        TestContext.Current.TestOutputHelper?.WriteLine($"the first {each[0]} bytes, the others {each[Shared..].Min()} to {each[Shared..].Max()}");
        Assert.All(each[Shared..], bytes => Assert.InRange(bytes, 1, Most));
    }

    // Not closed: no thread and no timer of theirs is left, so they go with the test.
    private static async Task<NatsConnection[]> OpenAsync(Func<NatsOpts> options, int count)
    {
        var connections = new NatsConnection[count];
        for (int i = 0; i < count; i++)
        {
            var dialer = new SilentDialer();
            NatsOpts opts = options();
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
