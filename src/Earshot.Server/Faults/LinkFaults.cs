namespace Earshot.Server.Faults;

/// <summary>What is wrong with one link at the moment. Set by verbs from any thread, obeyed by <see cref="FaultyLink"/>.</summary>
internal sealed class LinkFaults
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _reading;
    private TaskCompletionSource? _writing;

    /// <summary>Both directions look alive and carry nothing.</summary>
    public bool IsHalfOpen { get; set; }

    public TimeSpan Delay { get; set; }

    /// <summary>0 sets no limit.</summary>
    public int BytesPerSecond { get; set; }

    /// <summary>How many of the next written bytes are turned around.</summary>
    public int BytesToCorrupt { get; set; }

    /// <summary>Completes when reading is allowed.</summary>
    public Task Reading => Volatile.Read(ref _reading)?.Task ?? Task.CompletedTask;

    /// <summary>Completes when writing is allowed.</summary>
    public Task Writing => Volatile.Read(ref _writing)?.Task ?? Task.CompletedTask;

    public void Freeze(NatsFreeze what)
    {
        lock (_lock)
        {
            if (what.HasFlag(NatsFreeze.Reading))
            {
                _reading ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (what.HasFlag(NatsFreeze.Writing))
            {
                _writing ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Ends every fault of the link.</summary>
    public void Clear()
    {
        IsHalfOpen = false;
        Delay = TimeSpan.Zero;
        BytesPerSecond = 0;
        BytesToCorrupt = 0;
        lock (_lock)
        {
            Interlocked.Exchange(ref _reading, null)?.TrySetResult();
            Interlocked.Exchange(ref _writing, null)?.TrySetResult();
        }
    }
}
