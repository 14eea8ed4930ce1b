using System.Buffers;
using System.Text;
using Earshot.Connections;
using Earshot.JetStream.Publishing;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// The acks of one connection whose confirmation is awaited. Each has a slot that is used again, so that no message is made of a
/// confirmation. An ack whose outcome became unknown is remembered for a while: a confirmation that comes late is reported (912).
/// </summary>
internal sealed class AckConfirmations : ISessionExtension, ISlotOwner<ConfirmSlot>
{
    private const int OnStack = 512;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_recheck = TimeSpan.FromMilliseconds(20);

    private readonly ConnectionPort _port;
    private readonly SlotInbox<ConfirmSlot> _inbox;
    private readonly PublishTimer _timer;
    private readonly UncertainReports _reports;
    private readonly LateAcks _late = new();
    private readonly long _epoch;
    private long _lostBefore;

    public AckConfirmations(ConnectionPort port)
    {
        _port = port;
        _epoch = port.Time.GetTimestamp();
        _inbox = new SlotInbox<ConfirmSlot>(port, this);
        _timer = new PublishTimer(port, Now, Sweep);
        _reports = new UncertainReports(port);
        port.Add(this);
    }

    /// <summary>Sends an ack and completes with what the server said; its time covers sending.</summary>
    /// <param name="subject">What is acknowledged.</param>
    /// <param name="word">The payload of the ack.</param>
    /// <param name="lateAfter">The time from now after which the ack is late when it is written; null: never.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public ValueTask<NatsJSAckOutcome> SendAsync(in AckSubject subject, ReadOnlyMemory<byte> word, TimeSpan? lateAfter, CancellationToken cancellationToken)
    {
        ConfirmSlot slot = _inbox.Take();
        TimeSpan now = Now();
        uint generation = slot.Begin(subject, now, now + s_limit, lateAfter is { } after ? now + after : TimeSpan.MaxValue);
        ValueTask<NatsJSAckOutcome> task = slot.Task;
        if (cancellationToken.CanBeCanceled)
        {
            slot.Cancellation = cancellationToken;
            slot.Registration = cancellationToken.UnsafeRegister(
                static state =>
                {
                    (AckConfirmations self, ConfirmSlot slot, uint generation) = ((AckConfirmations, ConfirmSlot, uint))state!;
                    self.Cancel(slot, generation);
                },
                (this, slot, generation));
        }

        _timer.NeededAt(now + s_limit);
        Write(slot, generation, subject, word, isGranted: false);
        return task;
    }

    /// <inheritdoc/>
    public ConfirmSlot CreateSlot(SlotInbox<ConfirmSlot> inbox, int number) => new(inbox, number);

    /// <inheritdoc/>
    public void Answered(ConfirmSlot? slot, ulong token, in ServerOperation operation)
    {
        bool isGone = operation.Payload.IsEmpty && HeaderCodec.TryReadStatus(operation.Headers, out _);
        if (slot is null || !slot.TryEnd((uint)token, null, Now(), out ConfirmEnd end))
        {
            Late(token, isGone);
            return;
        }

        slot.Registration.Unregister();
        slot.Complete(isGone ? NatsJSAckOutcome.ConsumerGone : end.WasLate ? NatsJSAckOutcome.Late : NatsJSAckOutcome.Confirmed);
    }

    /// <inheritdoc/>
    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        // Nothing of it is written again by itself: the application decides what to do about an ack without a confirmation.
    }

    /// <inheritdoc/>
    public void SessionLost(long keptFrom, NatsConnectionLostException exception)
    {
        Volatile.Write(ref _lostBefore, keptFrom); // first: one that is being written checks it afterwards
        EndWaiting(publishNumber => publishNumber < keptFrom);
    }

    /// <inheritdoc/>
    public void Refused(NatsServerError error, Exception exception)
    {
        if (error.Operation == NatsPermissionOperation.Subscribe && error.Subject == _inbox.Subject)
        {
            _inbox.Leave(NatsSubEndReason.Exception);
            EndWaiting(static _ => true);
        }
        else if (error.Operation is NatsPermissionOperation.Publish or NatsPermissionOperation.PublishReply && error.Subject is { } subject)
        {
            foreach (ConfirmSlot slot in _inbox.Slots.OfType<ConfirmSlot>())
            {
                if (slot.IsOf(subject, out uint generation))
                {
                    End(slot, generation, ConfirmPhase.Waiting, NatsJSAckOutcome.NotSent);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void ConnectionEnded(Exception exception)
    {
        EndWaiting(static _ => true);
        _timer.Stop();
        _reports.Flush();
    }

    /// <inheritdoc/>
    public Task DrainAsync(TimeSpan timeout) => Task.CompletedTask; // who awaits an ack holds up the drain of its read

    private TimeSpan Now() => _port.Time.GetElapsedTime(_epoch);

    private void Write(ConfirmSlot slot, uint generation, in AckSubject subject, ReadOnlyMemory<byte> word, bool isGranted)
    {
        if (!slot.TryWrite(generation))
        {
            return; // cancelled, or its time is over
        }

        Span<byte> text = subject.MaxLength <= OnStack ? stackalloc byte[OnStack] : new byte[subject.MaxLength];
        Span<byte> inbox = stackalloc byte[_inbox.MaxInbox];
        var message = new OutgoingMessage
        {
            Subject = "",
            SubjectBytes = text[..subject.Write(text)],
            ReplyInbox = inbox[.._inbox.WriteInbox(inbox, slot.Token(generation))],
            Payload = word.Span,
            IsGranted = isGranted,
        };
        AppendResult result = TryPublish(message, out long number, out NatsException? refusal);
        switch (result)
        {
            case AppendResult.Appended:
                Sent(slot, generation, number);
                break;
            case AppendResult.NoSession or AppendResult.MustWait:
                if (GoesOn(slot, generation, null))
                {
                    _ = WriteLaterAsync(slot, generation, subject, word, needsRoom: result == AppendResult.MustWait);
                }

                break;
            case AppendResult.TooLarge when refusal is not null && slot.TryEnd(generation, ConfirmPhase.Writing, Now(), out _):
                slot.Registration.Unregister();
                slot.Fail(refusal);
                break;
            default:
                End(slot, generation, ConfirmPhase.Writing, NatsJSAckOutcome.NotSent);
                break;
        }
    }

    private AppendResult TryPublish(in OutgoingMessage message, out long number, out NatsException? refusal)
    {
        (number, refusal) = (long.MaxValue, null);
        try
        {
            return _port.IsHoldingRequests ? AppendResult.NoSession : _port.TryPublish(message, needsSession: true, out number);
        }
        catch (NatsException e)
        {
            refusal = e; // the reason of a termination can be larger than the server allows
            return AppendResult.TooLarge;
        }
    }

    private void Sent(ConfirmSlot slot, uint generation, long number)
    {
        if (!GoesOn(slot, generation, number))
        {
            return;
        }

        if (number < Volatile.Read(ref _lostBefore) || _port.IsOver)
        {
            End(slot, generation, ConfirmPhase.Waiting, NatsJSAckOutcome.Unknown);
        }
        else
        {
            _timer.NeededAt(slot.Look().Due); // it may have been written after its time
        }
    }

    // False: it has ended, in the moment at the latest, because it was cancelled while it was being written.
    private bool GoesOn(ConfirmSlot slot, uint generation, long? number)
    {
        if (!slot.TryWritten(generation, number, Now(), out bool isCancelled))
        {
            return false;
        }

        if (isCancelled)
        {
            Cancel(slot, generation);
        }

        return !isCancelled;
    }

    // Waits for a session or for room, as long as there is time.
    private async Task WriteLaterAsync(ConfirmSlot slot, uint generation, AckSubject subject, ReadOnlyMemory<byte> word, bool needsRoom)
    {
        TimeSpan left = slot.Look().Due - Now();
        bool isTriedAgain = left > TimeSpan.Zero && (needsRoom
            ? await _port.WaitForTurnAsync(subject.MaxLength + word.Length, left, default).ConfigureAwait(false) == AppendResult.Appended
            : await NextSessionAsync(left).ConfigureAwait(false));
        if (!isTriedAgain)
        {
            End(slot, generation, ConfirmPhase.Queued, NatsJSAckOutcome.NotSent);
        }
        else
        {
            Write(slot, generation, subject, word, isGranted: needsRoom);
            if (needsRoom)
            {
                _port.EndTurn(); // which is not used when the ack was cancelled meanwhile
            }
        }
    }

    private async Task<bool> NextSessionAsync(TimeSpan left)
    {
        try
        {
            // A session that is being left for another one takes no requests.
            await (_port.HasSession ? _port.DelayAsync(s_recheck, default) : _port.NextSession().WaitAsync(left, _port.Time)).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is NatsException or TimeoutException or ObjectDisposedException)
        {
            return false;
        }
    }

    private TimeSpan Sweep()
    {
        TimeSpan next = TimeSpan.MaxValue;
        foreach (ConfirmSlot slot in _inbox.Slots.OfType<ConfirmSlot>())
        {
            (uint generation, ConfirmPhase phase, TimeSpan due, _) = slot.Look();
            if (phase == ConfirmPhase.Over)
            {
                continue;
            }

            if (due > Now())
            {
                next = due < next ? due : next;
            }
            else
            {
                End(slot, generation, ConfirmPhase.Waiting, NatsJSAckOutcome.Unknown);
            }
        }

        return next;
    }

    private void EndWaiting(Func<long, bool> isMeant)
    {
        foreach (ConfirmSlot slot in _inbox.Slots.OfType<ConfirmSlot>())
        {
            (uint generation, ConfirmPhase phase, _, long publishNumber) = slot.Look();
            if (phase == ConfirmPhase.Waiting && isMeant(publishNumber))
            {
                End(slot, generation, ConfirmPhase.Waiting, NatsJSAckOutcome.Unknown);
            }
        }
    }

    private void End(ConfirmSlot slot, uint generation, ConfirmPhase only, NatsJSAckOutcome outcome)
    {
        if (slot.TryEnd(generation, only, Now(), out ConfirmEnd end))
        {
            if (outcome == NatsJSAckOutcome.Unknown)
            {
                Remember(slot.Token(generation), end);
            }

            slot.Registration.Unregister();
            slot.Complete(outcome);
        }
    }

    private void Cancel(ConfirmSlot slot, uint generation)
    {
        if (!slot.TryCancel(generation, Now(), out ConfirmEnd end))
        {
            return;
        }

        if (end.WasSent)
        {
            Remember(slot.Token(generation), end);
            slot.Fail(new NatsJSPublishCanceledException("The acknowledgement was cancelled after it had been sent; the server may have processed it.", slot.Cancellation));
        }
        else
        {
            slot.Fail(new OperationCanceledException(slot.Cancellation));
        }
    }

    private void Remember(ulong token, in ConfirmEnd end)
    {
        var ack = new GivenUpPublish(end.Subject.ToString(), null, 1, end.Started);
        _late.Add(token, ack, Now());
        Report(ack, UncertainResult.Unknown);
    }

    private void Late(ulong token, bool isGone)
    {
        if (_late.TryTake(token, out GivenUpPublish ack))
        {
            Report(ack, isGone ? UncertainResult.LateRejected : UncertainResult.LateStored);
        }
    }

    private void Report(in GivenUpPublish ack, UncertainResult result)
    {
        AckSubject.TryRead(Encoding.UTF8.GetBytes(ack.Subject), null, out AckSubject subject);
        _reports.Add(new NatsUncertainOutcomeEvent
        {
            Operation = UncertainOperation.Ack,
            Subject = ack.Subject,
            Stream = subject.Origin?.Stream,
            StreamSeq = subject.StreamSeq,
            Result = result,
            Attempts = ack.Attempts,
            Duration = Now() - ack.FirstSent,
        });
    }
}
