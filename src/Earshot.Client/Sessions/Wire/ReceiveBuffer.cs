using System.Runtime.CompilerServices;
using Earshot.Messages;
using Earshot.Transport;

namespace Earshot.Sessions;

/// <summary>
/// The bytes received and not yet parsed, in one piece. While nothing is there it holds no array: it waits with an empty
/// receive, so that an idle connection costs no buffer. Used by one task at a time, first the handshake, then the read loop.
/// </summary>
internal sealed class ReceiveBuffer(ITransport transport, TimeProvider time)
{
    private const int Smallest = 4 * 1024;
    private const int Largest = 256 * 1024;

    private byte[] _array = [];
    private int _start;
    private int _end;
    private int _next = Smallest; // what to rent next: follows the traffic
    private bool _isBusy;
    private long _bytes;
    private long _parsed;
    private bool _isReceiving;
    private long _lastInbound = time.GetTimestamp();

    /// <summary>Valid until the next <see cref="FillAsync"/>.</summary>
    public ReadOnlySpan<byte> Unread => _array.AsSpan(_start, _end - _start);

    public long ReceivedBytes => Volatile.Read(ref _bytes);

    /// <summary>Bytes that were parsed; while <see cref="IsReceiving"/>, the ones behind them are a frame whose end has not been received.</summary>
    public long ParsedBytes => Volatile.Read(ref _parsed);

    /// <summary>Whether everything received has been looked at, and more is waited for. Otherwise the ones behind the parsed may be complete.</summary>
    public bool IsReceiving => Volatile.Read(ref _isReceiving);

    /// <summary>Timestamp of the last byte; of the connect before the first.</summary>
    public long LastInbound => Volatile.Read(ref _lastInbound);

    /// <summary>Everything is parsed and the last receive was a small one: the next bytes may be a long time coming.</summary>
    public bool IsIdle => _start == _end && !_isBusy;

    public void Advance(int count)
    {
        _start += count;
        Volatile.Write(ref _parsed, _parsed + count);
    }

    /// <summary>Gives the array back and waits until there is something to receive, with nothing of its own that would wait along.</summary>
    public ValueTask<int> WaitAsync()
    {
        Release();
        return transport.ReceiveAsync(Memory<byte>.Empty);
    }

    /// <summary>Receives until more bytes are there; <paramref name="needed"/> is the least total worth parsing. How many came; 0: the end. Pooled, because it waits once per batch.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> FillAsync(int needed)
    {
        if (_start == _end)
        {
            (_start, _end) = (0, 0);
        }

        MakeRoom(needed);
        Volatile.Write(ref _isReceiving, true);
        int received = await transport.ReceiveAsync(_array.AsMemory(_end)).ConfigureAwait(false);
        Volatile.Write(ref _isReceiving, false);
        Volatile.Write(ref _lastInbound, time.GetTimestamp());
        if (received == 0)
        {
            return 0;
        }

        bool isFilled = received == _array.Length - _end;
        _isBusy = received >= Smallest;
        _next = isFilled ? Math.Min(Largest, Math.Max(_next, _array.Length) * 2) : _next;
        if (!_isBusy)
        {
            _next = Smallest;
        }

        _end += received;
        Volatile.Write(ref _bytes, _bytes + received);
        return received;
    }

    public void Release()
    {
        if (_array.Length > 0)
        {
            PayloadArrays.Pool.Return(_array);
        }

        (_array, _start, _end) = ([], 0, 0);
    }

    private void MakeRoom(int needed)
    {
        int unread = _end - _start;
        int capacity = Math.Max(Math.Max(needed, _next), unread + 1);
        // After a large message the array shrinks again, also when the next one has begun behind it.
        bool isOversized = _array.Length > 2L * Math.Max(capacity, Largest);
        if (_array.Length >= capacity && !isOversized)
        {
            if (_start > 0)
            {
                Unread.CopyTo(_array);
            }
        }
        else
        {
            byte[] larger = PayloadArrays.Pool.Rent(capacity);
            Unread.CopyTo(larger);
            if (_array.Length > 0)
            {
                PayloadArrays.Pool.Return(_array);
            }

            _array = larger;
        }

        (_start, _end) = (0, unread);
    }
}
