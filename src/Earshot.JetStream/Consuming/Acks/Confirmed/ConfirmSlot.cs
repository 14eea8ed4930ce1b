using System.Threading.Tasks.Sources;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// One ack whose confirmation is awaited, and its place in the inbox of confirmations. Used again once its outcome was taken. Its state is
/// guarded by itself as a lock, under which nothing is called.
/// </summary>
internal sealed class ConfirmSlot(ConfirmInbox inbox, int number) : IValueTaskSource<NatsJSAckOutcome>
{
    private ManualResetValueTaskSourceCore<NatsJSAckOutcome> _core = new() { RunContinuationsAsynchronously = true };
    private AckSubject _subject;
    private TimeSpan _started;
    private TimeSpan _due;
    private ConfirmPhase _phase;
    private long _publishNumber;

    public int Number => number;

    /// <summary>Tells one ack of this slot from the next; what is meant for an earlier one is ignored.</summary>
    public uint Generation { get; private set; }

    /// <summary>Set before it is written; its end does not wait for the callback.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    public ValueTask<NatsJSAckOutcome> Task => new(this, _core.Version);

    public uint Begin(in AckSubject subject, TimeSpan now, TimeSpan due)
    {
        lock (this)
        {
            (_subject, _started, _due, _phase, _publishNumber, Registration) = (subject, now, due, ConfirmPhase.Writing, long.MaxValue, default);
            return ++Generation;
        }
    }

    /// <summary>It is in the outbound buffer under this number. False: it is over.</summary>
    public bool TrySent(uint generation, long publishNumber)
    {
        lock (this)
        {
            if (generation != Generation || _phase != ConfirmPhase.Writing)
            {
                return false;
            }

            (_phase, _publishNumber) = (ConfirmPhase.Waiting, publishNumber);
            return true;
        }
    }

    /// <summary>Ends it. False: it was over, or is not in the phase that is asked for.</summary>
    /// <param name="generation">Which ack.</param>
    /// <param name="only">The phase in which it may end; null: in any.</param>
    /// <param name="subject">What was acknowledged.</param>
    /// <param name="started">When it began.</param>
    public bool TryEnd(uint generation, ConfirmPhase? only, out AckSubject subject, out TimeSpan started)
    {
        lock (this)
        {
            (subject, started) = (_subject, _started);
            if (generation != Generation || _phase == ConfirmPhase.Over || (only is { } phase && phase != _phase))
            {
                return false;
            }

            _phase = ConfirmPhase.Over;
            return true;
        }
    }

    /// <summary>What is known of it now; a look that may be old when it returns.</summary>
    public (uint Generation, ConfirmPhase Phase, TimeSpan Due, long PublishNumber) Look()
    {
        lock (this)
        {
            return (Generation, _phase, _due, _publishNumber);
        }
    }

    /// <summary>Whether an ack with this subject is awaited.</summary>
    public bool IsOf(string subject)
    {
        lock (this)
        {
            return _phase == ConfirmPhase.Waiting && _subject.ToString() == subject;
        }
    }

    public void Complete(NatsJSAckOutcome outcome) => _core.SetResult(outcome);

    public void Fail(Exception exception) => _core.SetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _core.SetException(new OperationCanceledException(cancellationToken));

    NatsJSAckOutcome IValueTaskSource<NatsJSAckOutcome>.GetResult(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The outcome is not known yet: await the ValueTask, or call AsTask() to block on it.");
        }

        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            inbox.Return(this);
        }
    }

    ValueTaskSourceStatus IValueTaskSource<NatsJSAckOutcome>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<NatsJSAckOutcome>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
