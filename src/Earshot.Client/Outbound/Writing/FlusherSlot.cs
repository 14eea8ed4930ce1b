namespace Earshot.Outbound;

/// <summary>Which flusher drains the buffer, and whether it is started. All members require the outbound lock unless they say otherwise.</summary>
internal struct FlusherSlot
{
    private IFlusher? _current;
    private IFlusher? _draining; // a session that hands over: what had gathered for it still leaves on it
    private bool _isStarted;

    /// <summary>The flusher of the live session; a hint when read without the lock.</summary>
    public readonly IFlusher? Current => Volatile.Read(in _current);

    /// <summary>The flusher is started and takes what is there; publishers need not start it.</summary>
    public readonly bool IsStarted => _isStarted;

    /// <summary>The live one, or the one that hands over.</summary>
    public readonly IFlusher? Active => _current ?? _draining;

    public void Attach(IFlusher flusher) => (_current, _isStarted) = (flusher, false);

    public void Seal() => (_draining, _current) = (_current, null);

    public void Detach() => (_current, _draining, _isStarted) = (null, null, false);

    /// <summary>The one to start for what has gathered; null when there is none or it is started already.</summary>
    public IFlusher? Start()
    {
        if (_current is null || _isStarted)
        {
            return null;
        }

        _isStarted = true;
        return _current;
    }

    public void MarkIdle() => _isStarted = false;
}
