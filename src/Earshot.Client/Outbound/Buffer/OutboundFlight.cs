namespace Earshot.Outbound;

/// <summary>
/// The bytes that are being written, and whose turn it is to write them. They are put in under the gate of the buffer and are then the
/// writer's alone until all is sent, so that sending needs no gate. The writer is the flusher, or a publisher to whom it is lent: while
/// publishers are busy the flusher only watches, and one that has filled as much as is worth a write sends it itself. It has the bytes
/// in its cache, and a second busy thread would cost it more than the write.
/// </summary>
internal sealed class OutboundFlight(TimeProvider time, int worthWriting)
{
    // 512 KiB per write bounds what is in doubt when a write fails, and still sends a megabyte in two calls.
    private const int MaxSlice = 512 * 1024;
    private const int MaxTriesAtGate = 100;
    private const int SpinsPerTry = 4;

    private byte[] _array = [];
    private int _length;
    private int _sent;
    private int _slice;
    private long _endsAt;
    private long _started;
    private long _sentBytes;
    private long _sentPublishes;
    private bool _isOut;
    private bool _isLent;
    private bool _isLeft; // the flusher did not wait for the publisher, who takes its place when all is sent
    private int _wantedFrom = int.MaxValue; // how many gathered bytes a publisher may write; the flusher's, and a hint

    /// <summary>True from <see cref="Fill"/> until all is sent.</summary>
    public bool IsOut => Volatile.Read(ref _isOut);

    /// <summary>Whether a publisher writes it. Without the gate a hint.</summary>
    public bool IsLent => Volatile.Read(ref _isLent);

    /// <summary>When the running write began; 0 while nothing is being written.</summary>
    public long Started => Volatile.Read(ref _started);

    /// <summary>Bytes of all flights that a transport took.</summary>
    public long SentBytes => Volatile.Read(ref _sentBytes);

    /// <summary>Publishes up to the end of the last flight that was sent whole.</summary>
    public long SentPublishes => Volatile.Read(ref _sentPublishes);

    /// <summary>All of it, sent or not. Under the gate, when no write is running.</summary>
    public ReadOnlySpan<byte> Bytes => _array.AsSpan(0, _length);

    /// <summary>How many bytes of it a write was begun for. Under the gate, when no write is running.</summary>
    public int Tried => _sent + _slice;

    /// <summary>Takes these bytes and gives back the array that is free by that. Under the gate, and not while it is out.</summary>
    public byte[] Fill(byte[] array, int length, long endsAt)
    {
        byte[] free = _array;
        (_array, _length, _sent, _endsAt) = (array, length, 0, endsAt);
        Volatile.Write(ref _isOut, true);
        return free;
    }

    /// <summary>The next bytes to write. The writer only, while it is out.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        _slice = Math.Min(MaxSlice, _length - _sent);
        Volatile.Write(ref _started, time.GetTimestamp());
        return _array.AsMemory(_sent, _slice);
    }

    /// <summary>The same for a publisher it was lent to; false when all is sent.</summary>
    public bool TryNext(out ReadOnlyMemory<byte> slice)
    {
        slice = IsOut ? Next() : default;
        return !slice.IsEmpty;
    }

    /// <summary>The slice taken last is with the kernel. The writer only.</summary>
    public void SliceSent()
    {
        _sent += _slice;
        Volatile.Write(ref _sentBytes, _sentBytes + _slice);
        _slice = 0;
        Volatile.Write(ref _started, 0);
        if (_sent < _length)
        {
            return;
        }

        Volatile.Write(ref _sentPublishes, _endsAt);
        Volatile.Write(ref _isOut, false);
    }

    /// <summary>The flusher watches from now on: a publisher that fills as much as is worth a write sends it itself.</summary>
    public void LetPublishersWrite() => Volatile.Write(ref _wantedFrom, worthWriting);

    /// <summary>Whether publishers are so busy that the rest of what is worth a write will be there soon.</summary>
    public bool IsFillingFast(int gathered) => gathered >= worthWriting / 4;

    public bool IsWantedFrom(int gathered) => gathered >= Volatile.Read(ref _wantedFrom);

    /// <summary>
    /// How the flusher enters the gate, which a publisher that comes back at once has nearly always. If it waited in earnest, each
    /// leaving of the gate would be a wake-up; so it only tries, and lets the publisher write what there is. Nothing is lost between
    /// the two: the flusher rests only with the gate in its hands and nothing there, and before that <see cref="TryLeaveLocked"/> asks.
    /// </summary>
    public void Enter(ref Gate gate)
    {
        for (int i = 0; !gate.TryEnter(); i++)
        {
            Volatile.Write(ref _wantedFrom, 1);
            if (i >= MaxTriesAtGate)
            {
                gate.Enter(); // whoever has it does not run
                return;
            }

            Thread.SpinWait(SpinsPerTry);
        }
    }

    public void LendLocked() => _isLent = true;

    /// <summary>The flusher has stopped watching. True: a publisher is writing, and will take its place.</summary>
    public bool TryLeaveLocked()
    {
        _wantedFrom = int.MaxValue;
        return _isLeft = _isLent;
    }

    /// <summary>The publisher has sent all. True: it has to take the flusher's place.</summary>
    public bool ReturnLocked()
    {
        bool isLeft = _isLeft;
        (_isLent, _isLeft) = (false, false);
        return isLeft;
    }

    /// <summary>No more of it will be sent; <paramref name="arrived"/> bytes of it have arrived. Under the gate, when no write is running.</summary>
    public void Cut(int arrived)
    {
        Volatile.Write(ref _sentBytes, _sentBytes - _sent + arrived);
        Clear();
    }

    /// <summary>Empties it and returns the array to the pool. Under the gate, when no write is running.</summary>
    public void Clear()
    {
        PooledArray.Release(ref _array, ref _length);
        (_sent, _slice) = (0, 0);
        (_isLent, _isLeft, _wantedFrom) = (false, false, int.MaxValue);
        Volatile.Write(ref _started, 0);
        Volatile.Write(ref _isOut, false);
    }
}
