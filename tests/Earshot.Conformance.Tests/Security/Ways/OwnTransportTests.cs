using System.IO.Pipelines;
using System.Net.Sockets;
using Earshot.RealServer;
using Earshot.Testing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Security.Ways;

[OnlyReal(Because.ItNeedsAServerProcess)]
public sealed class OwnTransportTests
{
    [Fact]
    public async Task Pipes_of_the_application_carry_a_connection()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        var asked = new List<Uri>();
        var factory = new NatsPipeConnectionFactory(async (uri, ct) =>
        {
            asked.Add(uri);
            var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", server.Port, ct);
            return new StreamPipes(client.GetStream());
        });
        await Connections.GetsInAsync(new NatsOpts { Url = "nats://user:c4n4ry@nowhere.earshot.test:7", SocketConnectionFactory = factory });
        Assert.Equal(new Uri("nats://nowhere.earshot.test:7"), Assert.Single(asked));
    }

    [Fact]
    public async Task Hooks_choose_the_address_and_receive_the_dialled_one()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        (string Host, int Port) asked = default;
        Counting? counting = null;
        await Connections.GetsInAsync(new NatsOpts
        {
            Url = "nats://nowhere.earshot.test:7",
            OnConnectingAsync = where =>
            {
                asked = where;
                return ValueTask.FromResult(("127.0.0.1", server.Port));
            },
            OnSocketAvailableAsync = connection => ValueTask.FromResult<INatsSocketConnection>(counting = new Counting(connection)),
        });
        Assert.Equal(("nowhere.earshot.test", 7), asked);
        Assert.True(counting!.Received > 0 && counting.Sent > 0);
    }

    [Fact]
    public async Task Hooks_that_hang_or_throw_fail_the_attempt()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        var time = new FakeTimeProvider();
        var opts = new NatsOpts { Url = server.Url, TimeProvider = time };
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<INatsSocketConnection>();
        Task<NatsConnectFailure> hanging = Connections.IsRefusedAsync(opts with { OnSocketAvailableAsync = HookAsync });
        await entered.Task.WaitAsync(Connections.Limit, Connections.Cancelled);
        time.Advance(opts.ConnectTimeout);
        NatsConnectFailure hung = await hanging;
        Assert.IsType<TimeoutException>(hung.Exception);
        NatsConnectFailure thrown = await Connections.IsRefusedAsync(opts with { OnConnectingAsync = _ => throw new InvalidOperationException("no way") });
        Assert.IsType<InvalidOperationException>(thrown.Exception);

        ValueTask<INatsSocketConnection> HookAsync(INatsSocketConnection connection)
        {
            entered.SetResult();
            return new ValueTask<INatsSocketConnection>(never.Task);
        }
    }

    [Fact]
    public async Task A_factory_for_the_official_client_makes_ordinary_connections()
    {
        await using NatsServerProcess server = await Connections.ServerAsync("");
        var factory = new UpgradeableFactory(server.Port);
        await Connections.GetsInAsync(new NatsOpts { Url = "nats://nowhere.earshot.test:7", SocketConnectionFactory = factory });
        Assert.Equal(["nats://nowhere.earshot.test:7/"], factory.Asked);
    }

    private sealed class UpgradeableFactory(int port) : INatsSocketConnectionFactory
    {
        public List<string> Asked { get; } = [];

        public async ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken)
        {
            Asked.Add(uri.ToString());
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync("127.0.0.1", port, cancellationToken);
            return new Upgradeable(socket);
        }
    }

    private sealed class Upgradeable(Socket socket) : INatsTlsUpgradeableSocketConnection
    {
        public Socket Socket => socket;

        public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer) => socket.SendAsync(buffer);

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer);

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return default;
        }
    }

    private sealed class StreamPipes(Stream stream) : IDuplexPipe
    {
        public PipeReader Input { get; } = PipeReader.Create(stream);

        public PipeWriter Output { get; } = PipeWriter.Create(stream);
    }

    private sealed class Counting(INatsSocketConnection inner) : INatsSocketConnection
    {
        public int Sent { get; private set; }

        public int Received { get; private set; }

        public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
        {
            Sent += buffer.Length;
            return await inner.SendAsync(buffer);
        }

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            int received = await inner.ReceiveAsync(buffer);
            Received += received;
            return received;
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
