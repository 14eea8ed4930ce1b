using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Earshot.Fuzzing.Engine;
using Earshot.Server.Clients;
using Earshot.Server.Links;
using Earshot.Server.Listening;

namespace Earshot.Fuzzing.Targets;

/// <summary>All bytes of one client of the in-process server, with JetStream. Whatever they are, no defect of the server ends the client.</summary>
internal sealed class ServerInputTarget : IFuzzTarget, IDisposable
{
    private const int RunsPerServer = 200; // streams and statistics grow
    private const string Connect = "CONNECT {\"verbose\":false,\"headers\":true,\"no_responders\":true}\r\n";

    private NatsTestServer? _server;
    private int _runs;

    public string Name => "server-input";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of(
        Connect + "PING\r\nSUB foo.* q 1\r\nSUB > 2\r\nPUB foo.a r 5\r\nhello\r\nUNSUB 1 5\r\nHPUB a 12 14\r\nNATS/1.0\r\n\r\nhi\r\n",
        Connect + "SUB i 1\r\nPUB $JS.API.STREAM.CREATE.S i 27\r\n{\"name\":\"S\",\"subjects\":[\"s\"]}\r\nPUB s i 1\r\nx\r\nPUB $JS.API.CONSUMER.CREATE.S i 44\r\n{\"stream_name\":\"S\",\"config\":{\"name\":\"C\"}}\r\nPUB $JS.API.CONSUMER.MSG.NEXT.S.C i 0\r\n\r\n",
        "CONNECT {\"verbose\":true,\"pedantic\":true,\"echo\":false}\r\n+OK\r\nPONG\r\nSUB a. 1\r\nPUB a.* 0\r\n\r\nUNSUB 9\r\n");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of(
        Connect, "PUB ", "HPUB ", "SUB ", "UNSUB ", "PING\r\n", "PONG\r\n", "+OK\r\n", "-ERR 'x'\r\n", "\r\n", "$JS.API.", "$JS.ACK.S.C.1.1.1.1.0", "$JS.FC.S.C.x", "$SYS.REQ.USER.INFO", "NATS/1.0\r\nNats-Msg-Id: 1\r\n\r\n",
        "NATS/1.0\r\nNats-Batch-Id: b\r\nNats-Batch-Sequence: 1\r\n\r\n", "NATS/1.0\r\nNats-Schedule: @every 1s\r\n\r\n", "PUB $JS.API.STREAM.INFO.S i 0\r\n\r\n");

    public void Run(ReadOnlySpan<byte> input)
    {
        if (_server is null || _runs++ % RunsPerServer == 0)
        {
            Dispose();
            _server = NatsTestServer.StartAsync(new NatsTestServerOptions { Listen = false, JetStream = true, PublishedCapacity = 0 }).GetAwaiter().GetResult();
        }

        ClosedReason reason = new ClientHandler(_server.State, static (link, _) => link).ServeAsync(new InputLink(input.ToArray())).GetAwaiter().GetResult();
        Finding.Unless(reason is not (ClosedReason.ReadError or ClosedReason.WriteError), $"The server has closed the client for a {reason}.");
    }

    public void Dispose()
    {
        _server?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _server = null;
    }

    /// <summary>Gives the input in one piece and then the end, and takes everything.</summary>
    private sealed class InputLink(byte[] input) : IClientLink
    {
        public IPEndPoint? Remote => null;

        public ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new ReadResult(new ReadOnlySequence<byte>(input), isCanceled: false, isCompleted: true));

        public void Advance(SequencePosition consumed)
        {
        }

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => default;

        public ValueTask CloseAsync() => default;

        public void Abort(bool reset)
        {
        }
    }
}
