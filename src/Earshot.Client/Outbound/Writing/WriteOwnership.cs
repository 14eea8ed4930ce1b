namespace Earshot.Outbound;

/// <summary>
/// Which thread writes a batch: the flusher, or a publisher to which the write was delegated. Changed under the outbound lock, except the
/// hint <see cref="DelegationThreshold"/>.
/// </summary>
internal struct WriteOwnership()
{
    private int _wantedFrom = int.MaxValue;
    private bool _isDelegated;
    private bool _inheritsFlusher; // the flusher has left; the publisher takes its place when all is sent

    /// <summary>Whether a publisher writes. Without the lock a hint.</summary>
    public readonly bool IsDelegated => Volatile.Read(in _isDelegated);

    /// <summary>How many gathered bytes a publisher may write; set by the flusher, a hint.</summary>
    public int DelegationThreshold
    {
        readonly get => Volatile.Read(in _wantedFrom);
        set => Volatile.Write(ref _wantedFrom, value);
    }

    public void Delegate() => _isDelegated = true;

    /// <summary>The flusher has stopped watching. True: a publisher is writing, and will take its place.</summary>
    public bool TryLeave()
    {
        _wantedFrom = int.MaxValue;
        return _inheritsFlusher = _isDelegated;
    }

    /// <summary>The publisher has sent all. True: it has to take the flusher's place.</summary>
    public bool CompleteDelegated()
    {
        bool inheritsFlusher = _inheritsFlusher;
        (_isDelegated, _inheritsFlusher) = (false, false);
        return inheritsFlusher;
    }

    public void Reset() => (_isDelegated, _inheritsFlusher, _wantedFrom) = (false, false, int.MaxValue);
}
