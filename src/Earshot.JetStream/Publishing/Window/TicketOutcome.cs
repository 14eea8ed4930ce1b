namespace Earshot.JetStream.Publishing;

/// <summary>
/// What became of one message of a publisher. A task exists only for those who ask for one: most tickets are dropped. Thread-safe.
/// </summary>
internal sealed class TicketOutcome(string? msgId)
{
    // Null: not known yet. Not known and awaited: the TaskCompletionSource. Known: the answer or the exception.
    private object? _state;

    public string? MsgId => msgId;

    public bool IsCompleted => Volatile.Read(ref _state) is PubAckResponse or Exception;

    public Task<PubAckResponse> AsTask()
    {
        object? state = Volatile.Read(ref _state);
        if (state is null)
        {
            var source = new TaskCompletionSource<PubAckResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
            state = Interlocked.CompareExchange(ref _state, source, null) ?? source;
        }

        return state switch
        {
            TaskCompletionSource<PubAckResponse> pending => pending.Task,
            PubAckResponse ack => Task.FromResult(ack),
            _ => Failed((Exception)state),
        };
    }

    /// <summary>Called once.</summary>
    public void Complete(PubAckResponse? ack, Exception? exception)
    {
        if (Interlocked.Exchange(ref _state, (object?)exception ?? ack) is not TaskCompletionSource<PubAckResponse> pending)
        {
            return;
        }

        if (exception is null)
        {
            pending.TrySetResult(ack!);
        }
        else
        {
            pending.TrySetException(exception);
            _ = pending.Task.Exception; // the publisher reports it as well, so it counts as observed
        }
    }

    private static Task<PubAckResponse> Failed(Exception exception)
    {
        Task<PubAckResponse> task = Task.FromException<PubAckResponse>(exception);
        _ = task.Exception;
        return task;
    }
}
