namespace Earshot.JetStream.Publishing;

/// <summary>
/// Counts the messages without an outcome between each flush and the next: a flush completes when its group and all earlier ones are empty.
/// Needs no memory for a message. Not thread-safe.
/// </summary>
internal sealed class FlushGroups
{
    private readonly Queue<Group> _flushed = new(); // the oldest first
    private Group _current = new();

    /// <summary>Adds a message. Returns the group with which it leaves.</summary>
    public Group Enter()
    {
        _current.Open++;
        return _current;
    }

    /// <summary>Completes when all messages that have entered have left.</summary>
    public Task FlushAsync()
    {
        if (_current.Open == 0 && _flushed.Count == 0)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _current.Done = done;
        _flushed.Enqueue(_current);
        _current = new Group();
        return done.Task;
    }

    /// <summary>Removes a message, and adds the flushes that have completed to a list, which is created when there is one.</summary>
    public void Leave(Group group, ref List<TaskCompletionSource>? completed)
    {
        group.Open--;
        while (_flushed.TryPeek(out Group? oldest) && oldest.Open == 0)
        {
            (completed ??= []).Add(_flushed.Dequeue().Done!);
        }
    }

    /// <summary>The messages between two flushes.</summary>
    internal sealed class Group
    {
        /// <summary>The number of messages without an outcome.</summary>
        public long Open { get; set; }

        /// <summary>The flush after the messages; null when there was none yet.</summary>
        public TaskCompletionSource? Done { get; set; }
    }
}
