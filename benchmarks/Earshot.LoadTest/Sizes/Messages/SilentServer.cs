using System.Threading.Channels;

namespace Earshot.LoadTest.Sizes;

/// <summary>
/// A server without sockets and without a thread: it drops what it is sent and answers each PING during the send. What a client needs of
/// time with it is the client's own share.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Reliability", "CA1001", Justification = "The client disposes its connection.")]
internal sealed class SilentServer : INatsSocketConnectionFactory
{
    private const int AnyPort = 4222;

    private Link? _current;

    public ValueTask<INatsSocketConnection> ConnectAsync(Uri uri, NatsOpts opts, CancellationToken cancellationToken)
    {
        _current = new Link();
        return new ValueTask<INatsSocketConnection>(_current);
    }

    /// <summary>Ends the connection of the client.</summary>
    public void Cut() => _current!.End();

    private sealed class Link : INatsSocketConnection
    {
        private readonly Channel<byte[]> _output = Channel.CreateUnbounded<byte[]>();
        private readonly byte[] _seam = new byte[2 * (Wire.Ping.Length - 1)]; // the end of the last chunk and the start of the new one
        private ReadOnlyMemory<byte> _rest;

        public Link() => _output.Writer.TryWrite(Wire.Info(AnyPort));

        public void End() => _output.Writer.TryComplete();

        public ValueTask<int> SendAsync(ReadOnlyMemory<byte> buffer)
        {
            ReadOnlySpan<byte> bytes = buffer.Span;
            int side = _seam.Length / 2;
            int taken = Math.Min(side, bytes.Length);
            Span<byte> start = _seam.AsSpan(side);
            start.Clear();
            bytes[..taken].CopyTo(start);
            AnswerPings(_seam);
            AnswerPings(bytes);

            // What a short chunk leaves of the one before it stays in front of it.
            _seam.AsSpan(taken, side - taken).CopyTo(_seam);
            bytes[^taken..].CopyTo(_seam.AsSpan(side - taken));
            return new ValueTask<int>(buffer.Length);
        }

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            if (_rest.IsEmpty)
            {
                if (!await _output.Reader.WaitToReadAsync() || !_output.Reader.TryRead(out byte[]? next))
                {
                    return 0;
                }

                _rest = next;
            }

            int count = Math.Min(buffer.Length, _rest.Length);
            _rest[..count].CopyTo(buffer);
            _rest = _rest[count..];
            return count;
        }

        public ValueTask DisposeAsync()
        {
            End();
            return ValueTask.CompletedTask;
        }

        private void AnswerPings(ReadOnlySpan<byte> bytes)
        {
            for (int at; (at = bytes.IndexOf(Wire.Ping)) >= 0; bytes = bytes[(at + Wire.Ping.Length)..])
            {
                _output.Writer.TryWrite(Wire.Pong);
            }
        }
    }
}
