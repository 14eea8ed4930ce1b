namespace Earshot.Outbound;

/// <summary>
/// The bytes of one or more writes, and which thread writes them. They are put in under the outbound lock and are then the
/// writer's alone until all is sent, so that sending needs no lock. The writer is the flusher, or a publisher to which the write is
/// delegated: while publishers are busy the flusher only watches, and one that has filled as much as is worth a write sends it itself.
/// It has the bytes in its cache, and a second busy thread would cost it more than the write.
/// </summary>
internal sealed class WriteBatch(TimeProvider time, int fullBatchSize)
{
    /// <summary>What is worth a write of its own, in bytes: an array of 128 KiB holds it and a message more.</summary>
    public const int FullBatchSize = 112 * 1024;

    // 512 KiB per write bounds the number of uncertain bytes when a write fails, and still sends a megabyte in two calls.
    private const int MaxSlice = 512 * 1024;
    private const int MaxLockAttempts = 100;
    private const int SpinsPerTry = 4;

    private byte[] _array = [];
    private int _length;
    private int _sent;
    private int _slice;
    private long _endsAt;
    private long _started;
    private long _sentBytes;
    private long _sentPublishes;
    private bool _isUnsent;
    private WriteOwnership _turn = new();

    /// <summary>True from <see cref="Fill"/> until all is sent.</summary>
    public bool IsUnsent => Volatile.Read(ref _isUnsent);

    /// <summary>Whether a publisher writes it. Without the lock a hint.</summary>
    public bool IsDelegated => _turn.IsDelegated;

    /// <summary>When the running write began; 0 while nothing is being written.</summary>
    public long Started => Volatile.Read(ref _started);

    /// <summary>Bytes of all batches that a transport took.</summary>
    public long SentBytes => Volatile.Read(ref _sentBytes);

    /// <summary>Publishes up to the end of the last batch that was sent whole.</summary>
    public long SentPublishes => Volatile.Read(ref _sentPublishes);

    /// <summary>All of it, sent or not. Under the outbound lock, when no write is running.</summary>
    public ReadOnlySpan<byte> Bytes => _array.AsSpan(0, _length);

    /// <summary>How many bytes of it a write was begun for. Under the outbound lock, when no write is running.</summary>
    public int Tried => _sent + _slice;

    /// <summary>Takes the bytes of a buffer and leaves its own free array there. Under the outbound lock, and not while some of it is unsent.</summary>
    public void Fill(ref FrameBuffer frames, long endsAt)
    {
        (_array, _length) = frames.Exchange(_array);
        (_sent, _endsAt) = (0, endsAt);
        Volatile.Write(ref _isUnsent, true);
    }

    /// <summary>The next bytes to write. The writer only, while some of it is unsent.</summary>
    public ReadOnlyMemory<byte> Next()
    {
        _slice = Math.Min(MaxSlice, _length - _sent);
        Volatile.Write(ref _started, time.GetTimestamp());
        return _array.AsMemory(_sent, _slice);
    }

    /// <summary>The same for the publisher it was delegated to; false when all is sent.</summary>
    public bool TryNext(out ReadOnlyMemory<byte> slice)
    {
        slice = IsUnsent ? Next() : default;
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
        Volatile.Write(ref _isUnsent, false);
    }

    /// <summary>The flusher watches from now on: a publisher that fills as much as is worth a write sends it itself.</summary>
    public void EnableDelegation() => _turn.DelegationThreshold = fullBatchSize;

    /// <summary>Whether publishers are so busy that the rest of what is worth a write will be there soon.</summary>
    public bool IsFillingFast(int gathered) => gathered >= fullBatchSize / 4;

    public bool ShouldDelegate(int gathered) => gathered >= _turn.DelegationThreshold;

    /// <summary>
    /// How the flusher enters the gate, which a busy publisher holds nearly always. If it waited for it, each exit of the gate would be
    /// a wake-up; so it only tries, and lets the publisher write what there is. Nothing is lost between the two: the flusher rests only
    /// while it holds the gate and nothing is there, and before that it asks <see cref="TryLeaveLocked"/>.
    /// </summary>
    public void Enter(ref Gate gate)
    {
        for (int i = 0; !gate.TryEnter(); i++)
        {
            _turn.DelegationThreshold = 1;
            if (i >= MaxLockAttempts)
            {
                gate.Enter(); // the thread that holds it does not run
                return;
            }

            Thread.SpinWait(SpinsPerTry);
        }
    }

    public void DelegateLocked() => _turn.Delegate();

    /// <inheritdoc cref="WriteOwnership.TryLeave"/>
    public bool TryLeaveLocked() => _turn.TryLeave();

    /// <inheritdoc cref="WriteOwnership.CompleteDelegated"/>
    public bool CompleteDelegatedLocked() => _turn.CompleteDelegated();

    /// <summary>No more of it will be sent; <paramref name="arrived"/> bytes of it have arrived. Under the outbound lock, when no write is running.</summary>
    public void RecoverUnsent(int arrived)
    {
        Volatile.Write(ref _sentBytes, _sentBytes - _sent + arrived);
        Clear();
    }

    /// <summary>Empties it and returns the array to the pool. Under the outbound lock, when no write is running.</summary>
    public void Clear()
    {
        PooledArray.Release(ref _array, ref _length);
        (_sent, _slice) = (0, 0);
        _turn.Reset();
        Volatile.Write(ref _started, 0);
        Volatile.Write(ref _isUnsent, false);
    }
}
