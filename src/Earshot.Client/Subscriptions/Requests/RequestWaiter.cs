using System.Threading.Tasks.Sources;
using Earshot.Messages;

namespace Earshot.Subscriptions;

/// <summary>
/// One request that waits for its reply. Lives in a slot of the inbox and is used again and again; the generation in the
/// token keeps a late reply from reaching the next user of the slot.
/// </summary>
internal sealed class RequestWaiter(ReplyInbox inbox, int slot, long slotState = 0) : IValueTaskSource<InboundMessage>
{
    private const long Free = 0;
    private const long Waiting = 1;
    private const long Done = 2;
    private const long Taken = 3;
    private const int StateBits = 2;
    private const long StateMask = (1 << StateBits) - 1;

    // Generation and state in one word: a thread that completes a request names the use of the slot that it means, so that neither a
    // reply nor a timeout that was delayed for an instant can hit the next request in the same slot.
    private long _slotState = slotState;
    private ManualResetValueTaskSourceCore<InboundMessage> _core;
    private InboundMessage _reply; // from the read loop to the thread that delivers it
    private CancellationTokenRegistration _registration;

    /// <summary>
    /// Its number among the publishes of the connection, which shows whether unsent recovery kept it. A field, so that the outbound buffer
    /// can write it under its lock.
    /// </summary>
    public long PublishNumber;

    public int Slot { get; } = slot;

    /// <summary>What gives the reply to the application in the type it wants; kept, because most want the next one in the same type.</summary>
    public object? View { get; set; }

    /// <summary>Names the present use to <see cref="IValueTaskSource{TResult}"/>.</summary>
    public short Version => _core.Version;

    public string Subject { get; private set; } = "";

    public bool WantsExactPayload { get; private set; }

    /// <summary>Timestamp after which the request has timed out; <see cref="long.MaxValue"/>: never.</summary>
    public long Deadline { get; private set; }

    /// <summary>The present use of the slot and its state; read it before anything else of the waiter.</summary>
    public long SlotState => Volatile.Read(ref _slotState);

    /// <summary>Part of the token; changes with each use.</summary>
    public uint Generation => GenerationOf(SlotState);

    public bool IsWaiting => IsWaitingAt(SlotState);

    /// <summary>It has its reply or has failed, and the application has not come for that.</summary>
    public bool IsOver => (SlotState & StateMask) == Done;

    public static bool IsWaitingAt(long slotState) => (slotState & StateMask) == Waiting;

    public static uint GenerationOf(long slotState) => (uint)(slotState >> StateBits);

    public void Begin(string subject, bool wantsExactPayload, long deadline)
    {
        (Subject, WantsExactPayload, Deadline, PublishNumber) = (subject, wantsExactPayload, deadline, long.MaxValue);
        Volatile.Write(ref _slotState, ((long)(GenerationOf(_slotState) + 1) << StateBits) | Waiting);
    }

    public ValueTask<InboundMessage> WaitAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(static (self, token) => ((RequestWaiter)self!).Cancel(token), this);
        }

        return new ValueTask<InboundMessage>(this, _core.Version);
    }

    /// <summary>The reply is here, and nothing else completes this use any more. True: <see cref="Deliver"/> must follow.</summary>
    public bool TrySetReply(long slotState, in InboundMessage reply)
    {
        if (!TryComplete(slotState))
        {
            return false;
        }

        _reply = reply;
        return true;
    }

    /// <summary>Gives the caller its reply.</summary>
    /// <param name="inline">The caller's continuation runs on this thread.</param>
    public void Deliver(bool inline)
    {
        InboundMessage reply = _reply;
        _reply = default;
        _core.RunContinuationsAsynchronously = !inline;
        _core.SetResult(reply);
    }

    public bool TryFail(long slotState, Exception exception)
    {
        if (!TryComplete(slotState))
        {
            return false;
        }

        _core.RunContinuationsAsynchronously = true;
        _core.SetException(exception);
        return true;
    }

    /// <summary>The request was never written: gives the slot back without waiting.</summary>
    public void Abandon()
    {
        if (!TryComplete(SlotState))
        {
            // A timeout or the end of the connection is completing it at this moment; the slot is free only after that.
            SpinWait spin = default;
            while (_core.GetStatus(_core.Version) == ValueTaskSourceStatus.Pending)
            {
                spin.SpinOnce();
            }
        }

        ReturnSlot();
    }

    public InboundMessage GetResult(short token)
    {
        // The application holds the ValueTask itself: one that is awaited twice, or read before its time, must not free the slot.
        long slotState = SlotState;
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending || (slotState & StateMask) != Done
            || Interlocked.CompareExchange(ref _slotState, slotState | Taken, slotState) != slotState)
        {
            throw new InvalidOperationException("The ValueTask of a request was awaited twice or read before it completed; call AsTask() to await it more than once.");
        }

        // Waits for a callback that is running, so that it cannot reach the next user of this slot.
        _registration.Dispose();
        _registration = default;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            ReturnSlot();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    // The registration is disposed before the slot is given back, so the present slotState is the one that was cancelled.
    private void Cancel(CancellationToken cancellationToken) => TryFail(SlotState, new TaskCanceledException("The request was cancelled.", null, cancellationToken));

    private bool TryComplete(long slotState)
    {
        if (!IsWaitingAt(slotState) || Interlocked.CompareExchange(ref _slotState, (slotState & ~StateMask) | Done, slotState) != slotState)
        {
            return false;
        }

        inbox.OnRequestCompleted();
        return true;
    }

    private void ReturnSlot()
    {
        _core.Reset(); // an idle connection does not keep its last reply
        Volatile.Write(ref _slotState, (_slotState & ~StateMask) | Free);
        inbox.Return(this);
    }
}
