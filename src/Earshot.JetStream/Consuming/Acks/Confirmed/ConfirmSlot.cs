using Earshot.JetStream.Publishing;

namespace Earshot.JetStream.Consuming;

/// <summary>One ack whose confirmation is awaited, and its slot in the inbox of confirmations.</summary>
internal sealed class ConfirmSlot(SlotInbox<ConfirmSlot> inbox, int number) : ReplySlot<NatsJSAckOutcome>(number)
{
    private AckSubject _subject;
    private TimeSpan _started;
    private TimeSpan _due;
    private TimeSpan _lateAt;
    private ConfirmPhase _phase;
    private long _publishNumber;
    private bool _isLate;
    private bool _isCancelled;

    /// <summary>Begins an ack, which is not being written yet.</summary>
    /// <param name="subject">What is acknowledged.</param>
    /// <param name="now">The present time.</param>
    /// <param name="due">When its outcome becomes unknown.</param>
    /// <param name="lateAt">The time after which it is late when it is written.</param>
    public uint Begin(in AckSubject subject, TimeSpan now, TimeSpan due, TimeSpan lateAt)
    {
        lock (this)
        {
            (_subject, _started, _due, _lateAt) = (subject, now, due, lateAt);
            (_phase, _publishNumber, _isLate, _isCancelled) = (ConfirmPhase.Queued, long.MaxValue, false, false);
            (Registration, Cancellation) = (default, default);
            return Generation = inbox.NextGeneration();
        }
    }

    /// <summary>Begins to write it. False: it is over.</summary>
    public bool TryWrite(uint generation)
    {
        lock (this)
        {
            if (generation != Generation || _phase != ConfirmPhase.Queued)
            {
                return false;
            }

            _phase = ConfirmPhase.Writing;
            return true;
        }
    }

    /// <summary>It is in the outbound buffer under this number, or goes back to wait for a session or for room. False: it is over.</summary>
    /// <param name="generation">Which ack.</param>
    /// <param name="publishNumber">Its number in the outbound buffer; null when it was not written.</param>
    /// <param name="now">The present time.</param>
    /// <param name="isCancelled">Whether it was cancelled while it was being written.</param>
    public bool TryWritten(uint generation, long? publishNumber, TimeSpan now, out bool isCancelled)
    {
        lock (this)
        {
            isCancelled = _isCancelled;
            if (generation != Generation || _phase != ConfirmPhase.Writing)
            {
                return false;
            }

            _phase = publishNumber is null ? ConfirmPhase.Queued : ConfirmPhase.Waiting;
            (_publishNumber, _isLate) = (publishNumber ?? long.MaxValue, now > _lateAt);
            return true;
        }
    }

    /// <summary>Ends it. False: it was over, or is not in the phase that is asked for.</summary>
    /// <param name="generation">Which ack.</param>
    /// <param name="only">The phase in which it may end; null: in any.</param>
    /// <param name="now">The present time.</param>
    /// <param name="end">What is known of it.</param>
    public bool TryEnd(uint generation, ConfirmPhase? only, TimeSpan now, out ConfirmEnd end)
    {
        lock (this)
        {
            // A confirmation may be faster than the writer, who then did not report yet when it was written: just now.
            end = new ConfirmEnd(_subject, _started, _phase == ConfirmPhase.Waiting, _phase == ConfirmPhase.Waiting ? _isLate : now > _lateAt);
            if (generation != Generation || _phase == ConfirmPhase.Over || (only is { } phase && phase != _phase))
            {
                return false;
            }

            _phase = ConfirmPhase.Over;
            return true;
        }
    }

    /// <summary>Ends it because it was cancelled. False: it was over, or is being written, and ends then.</summary>
    public bool TryCancel(uint generation, TimeSpan now, out ConfirmEnd end)
    {
        lock (this)
        {
            if (generation == Generation && _phase == ConfirmPhase.Writing)
            {
                (_isCancelled, end) = (true, default);
                return false;
            }

            return TryEnd(generation, null, now, out end);
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

    /// <summary>Whether an ack with this subject awaits its confirmation, and which one.</summary>
    public bool IsOf(string subject, out uint generation)
    {
        lock (this)
        {
            generation = Generation;
            return _phase == ConfirmPhase.Waiting && _subject.ToString() == subject;
        }
    }

    public void Complete(NatsJSAckOutcome outcome) => SetResult(outcome);

    public void Fail(Exception exception) => SetException(exception);

    /// <inheritdoc/>
    protected override void Return() => inbox.Return(this);
}
