using System.Net;
using System.Net.WebSockets;
using Earshot.Fuzzing.Engine;
using Earshot.Transport;

namespace Earshot.Fuzzing.Targets;

/// <summary>The frames of a WebSocket behind its handshake, as the client receives them.</summary>
internal sealed class WebSocketTarget : IFuzzTarget
{
    public string Name => "websocket-frames";

    public IReadOnlyList<byte[]> Seeds { get; } = Targets.Words.Of(
        "\u0082\u0005hello\u0082\u0000", "\u0002\u0002he\u0000\u0001l\u0080\u0002lo", "\u0089\u0001x\u0082\u007e\u0000\u0080" + new string('z', 128), "\u0088\u0007\u0003\u00e8Stale", "\u0081\u0002hi");

    public IReadOnlyList<byte[]> Words { get; } = Targets.Words.Of("\u0082\u0002hi", "\u0002\u0001x", "\u0080\u0000", "\u0089\u0000", "\u008a\u0000", "\u0088\u0002\u0003\u00e8", "\u007e\u0001\u0000", "\u007f\u0000\u0000\u0000\u0000\u0000\u0001\u0000\u0000");

    public void Run(ReadOnlySpan<byte> input)
    {
        var below = new Nothing();
        using var stream = new ReplyStream(input.ToArray());
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { KeepAliveInterval = TimeSpan.Zero });
        using var transport = new WebSocketTransport(socket, below, below);
        byte[] buffer = new byte[64];
        try
        {
            for (int total = 0; ;)
            {
                Task<int> received = transport.ReceiveAsync(buffer).AsTask();
                Finding.Unless(received.IsCompleted, "A receive waits although everything is there.");
                int count = received.GetAwaiter().GetResult();
                Finding.Unless(count is > 0 and <= 64, $"{count} bytes were received.");
                Finding.Unless((total += count) <= input.Length, "More bytes were received than were sent.");
            }
        }
        catch (Exception e) when (e is IOException or WebSocketException)
        {
            Finding.Unless(!e.Message.AsSpan().ContainsAnyInRange('\0', '\u001f'), "The text of a close frame is not escaped.");
        }
    }

    /// <summary>Has bytes to read, and takes what is written.</summary>
    private sealed class ReplyStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanWrite => true;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Nothing : ITransport
    {
        public EndPoint? RemoteEndPoint => null;

        public ValueTask<int> ReceiveAsync(Memory<byte> buffer) => throw new NotSupportedException();

        public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => throw new NotSupportedException();

        public void Abort()
        {
        }

        public void Dispose()
        {
        }
    }
}
