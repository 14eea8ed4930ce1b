namespace Earshot.Testing;

/// <summary>
/// What happens to the bytes of one direction of a <see cref="FaultProxy"/>, for all its connections. It decides and
/// counts; the connection moves the bytes. Thread-safe: a rule set while bytes flow holds from the next chunk on.
/// </summary>
public sealed class FaultDirection
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _paused;
    private long _forwarded;
    private long? _cutAt;

    /// <summary>How many bytes were handed on so far, over all connections.</summary>
    public long Forwarded
    {
        get
        {
            lock (_gate)
            {
                return _forwarded;
            }
        }
    }

    /// <summary>Reads and throws away: the sender sees a healthy connection that nothing comes out of.</summary>
    public bool BlackHole { get; set; }

    /// <summary>Hands bytes on in pieces of at most this size, each with a send of its own; 0 hands on what was read.</summary>
    public int ChunkSize { get; set; }

    /// <summary>Awaited before each chunk is handed on: holds bytes back for exactly as long as the test wants.</summary>
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? BeforeForward { get; set; }

    /// <summary>Stops reading, so that the sender's buffers fill up; not one more byte is handed on.</summary>
    public void Pause()
    {
        lock (_gate)
        {
            _paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Continues after <see cref="Pause"/>, beginning with the bytes that were held back.</summary>
    public void Resume()
    {
        TaskCompletionSource? paused;
        lock (_gate)
        {
            paused = _paused;
            _paused = null;
        }

        paused?.SetResult();
    }

    /// <summary>Hands on exactly this many more bytes and then resets the connection that carried the last one, once.</summary>
    public void CutAfter(long bytes)
    {
        lock (_gate)
        {
            _cutAt = _forwarded + bytes;
        }
    }

    internal Task WaitWhilePausedAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _paused?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
        }
    }

    /// <summary>How many of the offered bytes may be handed on now, and whether the connection is cut after them.</summary>
    internal (int Length, bool Cut) Admit(int offered)
    {
        int length = ChunkSize > 0 ? Math.Min(ChunkSize, offered) : offered;
        lock (_gate)
        {
            bool cut = _cutAt - _forwarded <= length;
            if (cut)
            {
                length = (int)(_cutAt!.Value - _forwarded);
                _cutAt = null;
            }

            _forwarded += length;
            return (length, cut);
        }
    }
}
