using System.Net;
using System.Text;
using System.Threading.Tasks.Sources;
using Earshot.Transport;

namespace Earshot.Client.Tests.Allocations;

/// <summary>
/// A transport without threads. Input is parsed and dispatched by the thread that feeds it; a write stays in progress until the
/// test completes it, and the next one begins on the test's thread too. So everything happens on one thread, in one order.
/// </summary>
internal sealed class IdleTransport : ITransport
{
    private readonly Completion<int> _receive = new();
    private readonly Completion<bool> _send = new();
    private readonly byte[] _written = new byte[64 * 1024];
    private ReadOnlyMemory<byte> _fed = Encoding.ASCII.GetBytes("""INFO {"server_id":"N","version":"2.12.0","proto":1,"host":"127.0.0.1","port":4222,"headers":true,"max_payload":1048576}""" + "\r\n");
    private Memory<byte> _into;
    private bool _isIntroduced;
    private bool _isAborted;

    public EndPoint? RemoteEndPoint => null;

    /// <summary>How many writes have begun.</summary>
    public int Writes { get; private set; }

    /// <summary>The write in progress, as far as it is of interest.</summary>
    public ReadOnlySpan<byte> Written => _written.AsSpan(0, WrittenLength);

    private int WrittenLength { get; set; }

    /// <summary>Until the read loop has nothing left to read.</summary>
    public void WaitUntilReading(CancellationToken token) => _receive.Awaited.Wait(token);

    /// <summary>Until a write is in progress.</summary>
    public void WaitUntilWriting(CancellationToken token) => _send.Awaited.Wait(token);

    /// <summary>The read loop must be waiting. It handles the bytes before this returns.</summary>
    public void Feed(ReadOnlyMemory<byte> bytes)
    {
        _fed = bytes;
        _receive.Complete(_into.IsEmpty ? 0 : Take(_into.Span));
    }

    /// <summary>A write must be in progress. If there is more to write, the next one is in progress when this returns.</summary>
    public void LetWriteComeBack() => _send.Complete(true);

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_isAborted, this);
        if (!_fed.IsEmpty)
        {
            return new ValueTask<int>(buffer.IsEmpty ? 0 : Take(buffer.Span));
        }

        _into = buffer;
        return _receive.Begin();
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Writes++;
        if (!_isIntroduced)
        {
            _isIntroduced = true;
            _fed = Encoding.ASCII.GetBytes("PONG\r\n");
            return default;
        }

        WrittenLength = Math.Min(bytes.Length, _written.Length);
        bytes.Span[..WrittenLength].CopyTo(_written);
        return _send.BeginWithoutResult();
    }

    public void Abort()
    {
        if (_isAborted)
        {
            return;
        }

        _isAborted = true;
        _receive.FailIfAwaited();
        _send.FailIfAwaited();
    }

    public void Dispose() => Abort();

    private int Take(Span<byte> into)
    {
        int count = Math.Min(into.Length, _fed.Length);
        _fed.Span[..count].CopyTo(into);
        _fed = _fed[count..];
        return count;
    }

    /// <summary>One operation after another; its continuation runs where it is completed.</summary>
    private sealed class Completion<T> : IValueTaskSource<T>, IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<T> _core;

        /// <summary>Set while the task is awaited: only then does its completion run the continuation on the completing thread.</summary>
        public ManualResetEventSlim Awaited { get; } = new();

        public ValueTask<T> Begin()
        {
            _core.Reset();
            return new ValueTask<T>(this, _core.Version);
        }

        public ValueTask BeginWithoutResult()
        {
            _core.Reset();
            return new ValueTask(this, _core.Version);
        }

        public void Complete(T result)
        {
            Xunit.Assert.True(Awaited.IsSet, "This task is not awaited.");
            Awaited.Reset();
            _core.SetResult(result);
        }

        public void FailIfAwaited()
        {
            if (!Awaited.IsSet)
            {
                return;
            }

            Awaited.Reset();
            _core.SetException(new ObjectDisposedException(nameof(IdleTransport)));
        }

        T IValueTaskSource<T>.GetResult(short token) => _core.GetResult(token);

        void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        {
            _core.OnCompleted(continuation, state, token, flags);
            Awaited.Set();
        }
    }
}
