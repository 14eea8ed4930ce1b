namespace Earshot.JetStream.ConsumerGroups.Tests.Kit;

/// <summary>What several instances have handled, in the order in which their handlers began. Safe for use from any thread.</summary>
internal sealed class HandledMessages
{
    private readonly Lock _lock = new();
    private readonly List<(string Instance, string Subject, int Partition, int Number)> _handled = [];
    private readonly HashSet<string> _busy = [];
    private readonly List<(int Count, TaskCompletionSource Reached)> _waits = [];

    /// <summary>The subjects of which two messages were handled at the same time.</summary>
    public List<string> Overlaps { get; } = [];

    /// <summary>What a handler does before it returns.</summary>
    public Func<int, Task> Work { get; set; } = static _ => Task.CompletedTask;

    public IReadOnlyList<(string Instance, string Subject, int Partition, int Number)> Handled
    {
        get
        {
            lock (_lock)
            {
                return [.. _handled];
            }
        }
    }

    /// <summary>Completes when this number of messages was handled.</summary>
    public Task CountAsync(int count, CancellationToken cancellationToken)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waits.Add((count, reached));
            Wake();
        }

        return reached.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Ends all waits with the exception of a run, if it has one.</summary>
    public void FailWith(Task run) => run.ContinueWith(
        ended =>
        {
            lock (_lock)
            {
                _waits.ForEach(wait => wait.Reached.TrySetException(ended.Exception!.InnerExceptions));
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted,
        TaskScheduler.Default);

    public async Task AddAsync(string instance, NatsPcgMsg<int> message)
    {
        lock (_lock)
        {
            if (!_busy.Add(message.Subject))
            {
                Overlaps.Add(message.Subject);
            }

            _handled.Add((instance, message.Subject, message.Partition, message.Data));
        }

        try
        {
            await Work(message.Data);
        }
        finally
        {
            lock (_lock)
            {
                _busy.Remove(message.Subject);
                Wake();
            }
        }
    }

    private void Wake()
    {
        foreach ((int count, TaskCompletionSource reached) in _waits)
        {
            if (_handled.Count >= count)
            {
                reached.TrySetResult();
            }
        }
    }
}
