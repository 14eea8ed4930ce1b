namespace Earshot.ObjectStore.Chunks;

/// <summary>
/// Limits the chunks of a put in flight: fewer after the server was overloaded, and more again after chunks that were stored without that.
/// Wakes the put when something happened to a chunk, on another thread.
/// </summary>
internal sealed class ChunkWindow
{
    // Small chunks would make a window of many thousand messages.
    private const int MostChunks = 1000;
    private const int StoredUntilWider = 64;

    private readonly int _most;
    private TaskCompletionSource? _waiting;
    private int _limit;
    private int _stored;
    private int _slowDown; // one for all chunks that were in flight together

    public ChunkWindow(long maxBytes, int chunkSize)
    {
        _most = (int)Math.Clamp(maxBytes / chunkSize, 1, MostChunks);
        _limit = _most;
    }

    /// <summary>The present limit of chunks in flight. Read by the put only.</summary>
    public int Limit
    {
        get
        {
            if (Interlocked.Exchange(ref _slowDown, 0) != 0)
            {
                (_limit, _stored) = (Math.Max(1, _limit / 2), 0);
            }

            return _limit;
        }
    }

    /// <summary>Processes a chunk that was stored.</summary>
    public void Stored()
    {
        if (_limit < _most && ++_stored >= StoredUntilWider)
        {
            (_limit, _stored) = (Math.Min(_most, _limit + Math.Max(1, _most / 8)), 0);
        }
    }

    /// <summary>Processes the server's statement that it is overloaded. Any thread.</summary>
    public void SlowDown() => Volatile.Write(ref _slowDown, 1);

    /// <summary>Processes that a chunk was written, or that its outcome is known. Any thread.</summary>
    public void Changed() => Interlocked.Exchange(ref _waiting, null)?.TrySetResult();

    /// <summary>Waits until a chunk is in the wanted state. For one caller at a time.</summary>
    public async ValueTask WaitAsync(ChunkSlot slot, Func<ChunkSlot, bool> isThere, CancellationToken cancellationToken)
    {
        while (!isThere(slot))
        {
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _waiting, waiting); // first: a change from now on is noticed
            if (!isThere(slot))
            {
                await waiting.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
