namespace Earshot.Server.Faults;

/// <summary>The current faults of one link. Set from any thread, applied by <see cref="FaultyLink"/>.</summary>
internal sealed class LinkFaults
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _reading;
    private TaskCompletionSource? _writing;
    private TaskCompletionSource? _changed;
    private TimeSpan _delay;
    private int _bytesPerSecond;

    /// <summary>Both directions look alive and carry nothing.</summary>
    public bool IsHalfOpen { get; set; }

    /// <summary>How many of the next written bytes are turned around.</summary>
    public int BytesToCorrupt { get; set; }

    public TimeSpan Delay
    {
        get => _delay;
        set => Change(() => _delay = value);
    }

    /// <summary>0 sets no limit.</summary>
    public int BytesPerSecond
    {
        get => _bytesPerSecond;
        set => Change(() => _bytesPerSecond = value);
    }

    /// <summary>Completes when the delay or the rate is set the next time.</summary>
    public Task Changed
    {
        get
        {
            lock (_lock)
            {
                return (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <summary>Whether what is written goes straight through.</summary>
    public bool IsClean => !IsHalfOpen && BytesToCorrupt == 0 && BytesPerSecond == 0 && Delay == TimeSpan.Zero && Writing.IsCompleted;

    /// <summary>Completes when reading is allowed.</summary>
    public Task Reading => Volatile.Read(ref _reading)?.Task ?? Task.CompletedTask;

    /// <summary>Completes when writing is allowed.</summary>
    public Task Writing => Volatile.Read(ref _writing)?.Task ?? Task.CompletedTask;

    public void Freeze(NatsTestServerFreeze what)
    {
        lock (_lock)
        {
            if (what.HasFlag(NatsTestServerFreeze.Reading))
            {
                _reading ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (what.HasFlag(NatsTestServerFreeze.Writing))
            {
                _writing ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Ends every fault of the link.</summary>
    public void Clear()
    {
        IsHalfOpen = false;
        BytesToCorrupt = 0;
        ReleaseWriters();
    }

    /// <summary>Ends what holds bytes back. What falsifies or loses them stays.</summary>
    public void ReleaseWriters()
    {
        lock (_lock)
        {
            Interlocked.Exchange(ref _reading, null)?.TrySetResult();
            Interlocked.Exchange(ref _writing, null)?.TrySetResult();
        }

        Change(() => (_delay, _bytesPerSecond) = (TimeSpan.Zero, 0));
    }

    private void Change(Action set)
    {
        lock (_lock)
        {
            set();
            Interlocked.Exchange(ref _changed, null)?.TrySetResult();
        }
    }
}
