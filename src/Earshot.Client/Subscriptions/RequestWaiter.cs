using System.Threading.Tasks.Sources;
using Earshot.Messages;

namespace Earshot.Subscriptions;

/// <summary>
/// One request that waits for its reply. Lives in a slot of the inbox and is used again and again; the generation in the
/// token keeps a late reply from reaching the next user of the slot.
/// </summary>
internal sealed class RequestWaiter(ReplyInbox inbox, int slot) : IValueTaskSource<InboundMessage>
{
    private const int Free = 0;
    private const int Waiting = 1;
    private const int Done = 2;

    private ManualResetValueTaskSourceCore<InboundMessage> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private int _state;

    public int Slot { get; } = slot;

    /// <summary>Part of the token; changes with each use.</summary>
    public uint Generation { get; private set; }

    public string Subject { get; private set; } = "";

    public bool WantsExactPayload { get; private set; }

    /// <summary>Timestamp after which the request has timed out; <see cref="long.MaxValue"/>: never.</summary>
    public long Deadline { get; private set; }

    /// <summary>Its number among the publishes of the connection, to tell whether a cut kept it.</summary>
    public long PublishNumber { get; set; }

    public bool IsWaiting => Volatile.Read(ref _state) == Waiting;

    public void Begin(string subject, bool wantsExactPayload, long deadline)
    {
        (Subject, WantsExactPayload, Deadline) = (subject, wantsExactPayload, deadline);
        Generation++;
        PublishNumber = long.MaxValue;
        _core.Reset();
        Volatile.Write(ref _state, Waiting);
    }

    public ValueTask<InboundMessage> WaitAsync(CancellationToken cancellationToken)
    {
        short version = _core.Version;
        if (cancellationToken.CanBeCanceled)
            _registration = cancellationToken.UnsafeRegister(static (self, token) => ((RequestWaiter)self!).TryFail(new OperationCanceledException(token)), this);
        return new ValueTask<InboundMessage>(this, version);
    }

    public bool TryComplete(in InboundMessage message)
    {
        if (Interlocked.CompareExchange(ref _state, Done, Waiting) != Waiting)
            return false;
        _core.SetResult(message);
        return true;
    }

    public bool TryFail(Exception exception)
    {
        if (Interlocked.CompareExchange(ref _state, Done, Waiting) != Waiting)
            return false;
        _core.SetException(exception);
        return true;
    }

    /// <summary>The request was never written: gives the slot back without waiting.</summary>
    public void Abandon()
    {
        Volatile.Write(ref _state, Free);
        inbox.Return(this);
    }

    InboundMessage IValueTaskSource<InboundMessage>.GetResult(short token)
    {
        // Waits for a callback that is running, so that it cannot reach the next user of this slot.
        _registration.Dispose();
        _registration = default;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            Volatile.Write(ref _state, Free);
            inbox.Return(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<InboundMessage>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<InboundMessage>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
