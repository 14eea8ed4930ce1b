namespace Earshot.Cli.Demo;

/// <summary>
/// Reads the whole journal of the client as it is written, passes each event on for display, and keeps it. Reports when it has
/// reached a given sequence, so that a heading never overtakes the events before it.
/// </summary>
internal sealed class JournalFollower
{
    private readonly Lock _gate = new();
    private readonly List<NatsConnectionEvent> _seen = [];
    private TaskCompletionSource _more = NewSignal();

    /// <summary>A copy of all events so far.</summary>
    internal IReadOnlyList<NatsConnectionEvent> Seen
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>Completes when the connection is closed and its last event was shown; fails when one cannot be shown.</summary>
    internal async Task FollowAsync(NatsEvents events, Func<NatsConnectionEvent, Task> show)
    {
        try
        {
            await foreach (NatsConnectionEvent? e in events.ReadAllAsync().ConfigureAwait(false))
            {
                await show(e).ConfigureAwait(false);
                Keep(e);
            }
        }
        catch (Exception e)
        {
            // Waiting for a later event would never end. The caller already has the exception, so it is marked as observed.
            _more.SetException(e);
            _ = _more.Task.Exception;
            throw;
        }
    }

    private void Keep(NatsConnectionEvent e)
    {
        TaskCompletionSource more;
        lock (_gate)
        {
            _seen.Add(e);
            (more, _more) = (_more, NewSignal());
        }

        more.SetResult();
    }

    /// <summary>Completes when the event with that number was shown.</summary>
    internal async Task ReachAsync(long sequence, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (sequence == 0 || (_seen.Count > 0 && _seen[^1].Sequence >= sequence))
                {
                    return;
                }

                more = _more.Task;
            }

            await more.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
