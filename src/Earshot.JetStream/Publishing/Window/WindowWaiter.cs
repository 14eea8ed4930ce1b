using System.Threading.Tasks.Sources;

namespace Earshot.JetStream.Publishing;

/// <summary>A publish that waits for its place in the window; used again for a later one. Its result is the number of the message.</summary>
internal sealed class WindowWaiter(PublishWindow window) : IValueTaskSource<long>
{
    private const int Waiting = 0;
    private const int Granted = 1;
    private const int Cancelled = 2;

    private ManualResetValueTaskSourceCore<long> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private CancellationToken _token;
    private PublishTicketState? _ticket;
    private int _state;

    /// <summary>The ticket of the message.</summary>
    public PublishTicketState Ticket => _ticket!;

    /// <summary>Whether it waits no more because its token was cancelled or the publisher was disposed.</summary>
    public bool IsCancelled => Volatile.Read(ref _state) == Cancelled;

    public void Begin(PublishTicketState ticket) => (_ticket, _state) = (ticket, Waiting);

    /// <summary>Begins to listen to the token, once it is in the queue.</summary>
    public ValueTask<long> WaitAsync(CancellationToken cancellationToken)
    {
        var task = new ValueTask<long>(this, _core.Version);
        _token = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(static state => ((WindowWaiter)state!).Cancel(), this);
        return task;
    }

    /// <summary>Decides, under the lock of the window, that the place is its own; false when it was cancelled before.</summary>
    public bool TryGrant() => Interlocked.CompareExchange(ref _state, Granted, Waiting) == Waiting;

    /// <summary>Completes a granted wait, outside of the lock.</summary>
    public void Complete(long number) => _core.SetResult(number);

    /// <summary>Ends the wait, outside of the lock. Has no effect when it has ended.</summary>
    public void Fail(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _state, Cancelled, Waiting) == Waiting)
        {
            _core.SetException(exception);
        }
    }

    long IValueTaskSource<long>.GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            // A cancelled one is still in the queue, and one whose callback runs just now could be cancelled in its next use.
            bool isFree = _registration == default || _registration.Unregister();
            if (isFree && !IsCancelled)
            {
                (_registration, _token, _ticket) = (default, default, null);
                _core.Reset();
                window.Return(this);
            }
        }
    }

    ValueTaskSourceStatus IValueTaskSource<long>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<long>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Cancel() => Fail(new OperationCanceledException(_token));
}
