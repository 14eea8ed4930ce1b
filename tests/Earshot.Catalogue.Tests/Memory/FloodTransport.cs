using System.Net;
using System.Net.Sockets;
using System.Text;
using Earshot.Transport;

namespace Earshot.Catalogue.Tests.Memory;

/// <summary>
/// A server that sends any number of bytes without holding them: what the process holds is then the client's. It reads what the client
/// sends, or nothing after the first PING.
/// </summary>
internal sealed class FloodTransport(IEnumerable<FloodStep> steps, bool readsNothing = false) : ITransport, ITransportDialer
{
    private readonly IEnumerator<FloodStep> _steps = steps.GetEnumerator();
    private readonly StringBuilder _received = new(); // also the lock
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _allSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _read = new(0);
    private TaskCompletionSource _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> _rest;
    private int _dials;
    private int _readBefore;
    private bool _isHandshakeOver;

    public EndPoint? RemoteEndPoint => null;

    /// <summary>Completes when the client has taken all bytes.</summary>
    public Task AllSent => _allSent.Task;

    public long SentBytes { get; private set; }

    public ValueTask<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken) => ValueTask.FromResult<IPAddress[]>([IPAddress.Loopback]);

    public ValueTask<ITransport> DialAsync(TransportTarget target, CancellationToken cancellationToken) =>
        Interlocked.Increment(ref _dials) == 1 ? ValueTask.FromResult<ITransport>(this) : throw new SocketException((int)SocketError.ConnectionRefused);

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        while (_rest.IsEmpty)
        {
            if (!_steps.MoveNext())
            {
                _allSent.TrySetResult();
                await _aborted.Task.ConfigureAwait(false);
                throw new ObjectDisposedException(nameof(FloodTransport));
            }

            await HasReceivedAsync(_steps.Current.After).ConfigureAwait(false);
            await HasReadAsync(_steps.Current.Read).ConfigureAwait(false);
            _rest = _steps.Current.Bytes;
        }

        int count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        SentBytes += count;
        return count;
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        bool isStuck = readsNothing && Volatile.Read(ref _isHandshakeOver);
        lock (_received)
        {
            _received.Append(Encoding.Latin1.GetString(bytes.Span));
            Volatile.Write(ref _isHandshakeOver, true);
            _came.TrySetResult();
        }

        if (isStuck)
        {
            await _aborted.Task.ConfigureAwait(false);
            throw new ObjectDisposedException(nameof(FloodTransport));
        }
    }

    /// <summary>The reader has disposed one more message.</summary>
    public void MessageRead() => _read.Release();

    /// <summary>The server resets the connection.</summary>
    public void EndIf(bool condition)
    {
        if (condition)
        {
            Abort();
        }
    }

    public void Abort() => _aborted.TrySetResult();

    public void Dispose() => Abort();

    private async Task HasReadAsync(int messages)
    {
        for (; _readBefore < messages; _readBefore++)
        {
            await Task.WhenAny(_read.WaitAsync(), _aborted.Task).ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(_aborted.Task.IsCompleted, this);
        }
    }

    private async Task HasReceivedAsync(string? text)
    {
        while (text is not null)
        {
            Task came;
            lock (_received)
            {
                if (_received.ToString().Contains(text, StringComparison.Ordinal))
                {
                    return;
                }

                _came = new(TaskCreationOptions.RunContinuationsAsynchronously);
                came = _came.Task;
            }

            await Task.WhenAny(came, _aborted.Task).ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(_aborted.Task.IsCompleted, this);
        }
    }
}
