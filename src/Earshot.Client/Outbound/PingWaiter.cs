namespace Earshot.Outbound;

/// <summary>One outstanding PING; completed with its round-trip time, or with the exception that explains why no PONG will arrive.</summary>
internal sealed class PingWaiter(long sentAt, OutboundMark mark, bool isProbe)
{
    private readonly TaskCompletionSource<TimeSpan>? _completion = isProbe ? null : new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long SentAt { get; } = sentAt;

    /// <summary>What the server has got when it answers.</summary>
    public OutboundMark Mark { get; } = mark;

    /// <summary>The keep-alive sent it: no caller waits for its PONG.</summary>
    public bool IsProbe => isProbe;

    /// <summary>Unnamed refusals that the server had sent when it answered; set before the task completes.</summary>
    public int Refusals { get; set; }

    /// <summary>The one written after it. The queue's.</summary>
    public PingWaiter? Next { get; set; }

    /// <summary>The round-trip time. A probe has none.</summary>
    public Task<TimeSpan> Task => _completion!.Task;

    /// <summary>The same for those who only wait.</summary>
    public Task Answered => _completion!.Task;

    public void Complete(TimeSpan roundTrip) => _completion?.TrySetResult(roundTrip);

    public void Fail(Exception exception)
    {
        if (_completion?.TrySetException(exception) == true)
        {
            _ = _completion.Task.Exception; // a waiter that timed out has left already
        }
    }
}
