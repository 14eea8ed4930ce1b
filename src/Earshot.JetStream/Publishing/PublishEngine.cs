using System.Buffers;
using System.Runtime.CompilerServices;
using Earshot.Connections;
using Earshot.JetStream.Requests;
using Earshot.Protocol;
using Earshot.Subscriptions;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// Executes the orders of the state machine for the publishes of one connection: writes, waits, asks and completes. Receives acks, events of
/// sessions and timers. Shared by all contexts of the connection.
/// </summary>
internal sealed class PublishEngine : ISessionExtension, ISlotOwner<PublishWaiter>
{
    private static readonly ConditionalWeakTable<NatsConnection, PublishEngine> s_engines = [];

    private readonly ConnectionPort _port;
    private readonly SlotInbox<PublishWaiter> _inbox;
    private readonly PublishTimer _timer;
    private readonly PublishWriter _writer;
    private readonly PublishResults _results;
    private readonly StreamQuestions _questions = new();
    private readonly long _epoch;
    private long _order;
    private long _lostBefore;
    private int _active;
    private TaskCompletionSource? _idle;

    private PublishEngine(ConnectionPort port, SequenceWatch watch)
    {
        _port = port;
        _epoch = port.Time.GetTimestamp();
        _inbox = new SlotInbox<PublishWaiter>(port, this);
        _writer = new PublishWriter(port, _inbox, this);
        _results = new PublishResults(port, watch);
        _timer = new PublishTimer(port, Now, Sweep);
        port.Add(this);
    }

    /// <summary>Returns the engine of a connection; creates it at the first use.</summary>
    public static PublishEngine Of(ContextParts parts) =>
        s_engines.TryGetValue(parts.Connection, out PublishEngine? engine) ? engine : s_engines.GetValue(parts.Connection, connection => new PublishEngine(connection.Port, parts.Watch));

    /// <summary>Publishes a validated message and completes with its outcome. The engine owns the message until then.</summary>
    public ValueTask<PubAckResponse> PublishAsync(in PublishMessage message, in PublishTerms terms, TimeSpan timeout, CancellationToken cancellationToken)
    {
        bool isHeld = cancellationToken.CanBeCanceled; // until the token is registered: one that is cancelled before that must not send a byte
        PublishWaiter waiter = Begin(message, terms, timeout, isHeld, null, out uint generation);
        ValueTask<PubAckResponse> task = waiter.Task;
        if (!isHeld)
        {
            _writer.Write(waiter, generation, isGranted: false);
            return task;
        }

        waiter.Cancellation = cancellationToken;
        waiter.Registration = cancellationToken.UnsafeRegister(
            static state =>
            {
                (PublishEngine engine, PublishWaiter waiter, uint generation) = ((PublishEngine, PublishWaiter, uint))state!;
                engine.Take(waiter, generation, PublishInputKind.Cancelled);
            },
            (this, waiter, generation));
        if (!Take(waiter, generation, PublishInputKind.Released))
        {
            waiter.Registration.Unregister(); // it ended before there was a registration
        }

        return task;
    }

    /// <summary>Publishes a validated message and notifies an observer of its outcome, instead of completing a task.</summary>
    public void Publish(in PublishMessage message, in PublishTerms terms, TimeSpan timeout, IPublishObserver observer)
    {
        PublishWaiter waiter = Begin(message, terms, timeout, isHeld: false, observer, out uint generation);
        _writer.Write(waiter, generation, isGranted: false);
    }

    /// <summary>Begins a publish that is not sent before it is released. Its timeout begins now; it may end before it is released.</summary>
    public HeldPublish Hold(in PublishMessage message, in PublishTerms terms, TimeSpan timeout, IPublishObserver observer) =>
        new(this, Begin(message, terms, timeout, isHeld: true, observer, out uint generation), generation);

    /// <summary>Sends a publish that was held. Has no effect when it has ended.</summary>
    public void Release(PublishWaiter waiter, uint generation)
    {
        waiter.Renew(generation, _results.ViewOf(waiter.Look().Subject));
        Take(waiter, generation, PublishInputKind.Released);
    }

    /// <inheritdoc/>
    public PublishWaiter CreateSlot(SlotInbox<PublishWaiter> inbox, int number) => new(inbox, number);

    /// <inheritdoc/>
    public void Answered(PublishWaiter? waiter, ulong token, in ServerOperation operation)
    {
        uint generation = (uint)token;
        if (operation.Payload.IsEmpty && HeaderCodec.TryReadStatus(operation.Headers, out _))
        {
            if (waiter?.Generation == generation)
            {
                Take(waiter, generation, PublishInputKind.NoResponders);
            }

            return;
        }

        if (_results.Read(operation.Payload) is not { } ack)
        {
            return;
        }

        StreamEntry? known = waiter?.Generation == generation ? waiter.View.Entry : null;
        PublishInputKind kind = ack.Error is not null ? PublishInputKind.Refused : ack.Duplicate ? PublishInputKind.AckedDuplicate : PublishInputKind.Acked;
        if (waiter is null || waiter.Generation != generation || waiter.Phase == PublishPhase.Over || !Take(waiter, generation, kind, ack))
        {
            _results.Late(token, ack, Now());
        }

        if (kind != PublishInputKind.Refused && known is { HasDelayed: true })
        {
            WakeDelayed(known);
        }
    }

    /// <inheritdoc/>
    public void WriteAtStartLocked(IBufferWriter<byte> writer)
    {
        Span<byte> replyTo = new byte[_inbox.MaxInbox];
        foreach (PublishWaiter waiter in Waiting().Where(waiter => waiter.Phase == PublishPhase.Parked).OrderBy(waiter => waiter.Order))
        {
            uint generation = waiter.Generation;
            if (waiter.Step(generation, new PublishInput(PublishInputKind.SessionThere, Now()), out _, out _) != PublishOrder.Write)
            {
                continue;
            }

            PublishMessage message = waiter.Message;
            PublishInputKind result = PublishInputKind.NoSession; // too large for this server: the next regular attempt is rejected
            if (message.MeasureHeaders() + message.Payload.Memory.Length <= _port.MaxPayload)
            {
                PublishFrame.Write(writer, message, replyTo[.._inbox.WriteInbox(replyTo, waiter.Token(generation))]);
                (waiter.PublishNumber, waiter.Session) = (-1, _port.SessionId); // in no buffer: it is lost with the session
                result = PublishInputKind.Written;
            }

            // The end of a publish may publish again, which is not allowed under the outbound lock.
            PublishOrder order = waiter.Step(generation, new PublishInput(result, Now()), out PublishState state, out _);
            if (order is not PublishOrder.Wait and not PublishOrder.Park)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    static end => end.engine.Obey(end.waiter, end.generation, end.order, end.state), (engine: this, waiter, generation, order, state), preferLocal: false);
            }
            else
            {
                _timer.NeededAt(state.Due);
            }
        }
    }

    /// <inheritdoc/>
    public void SessionLost(long keptFrom, NatsConnectionLostException exception)
    {
        Volatile.Write(ref _lostBefore, keptFrom); // first: a publish that is being written checks it afterwards
        foreach (PublishWaiter waiter in Waiting())
        {
            uint generation = waiter.Generation;
            if (waiter.PublishNumber < keptFrom && waiter.Phase != PublishPhase.Writing)
            {
                Take(waiter, generation, PublishInputKind.SessionLost, null, exception);
            }
        }
    }

    /// <summary>Processes the append of a publish, with its number in the outbound buffer. The session may have been lost meanwhile.</summary>
    public void Written(PublishWaiter waiter, uint generation, long number)
    {
        Take(waiter, generation, PublishInputKind.Written);
        if (number < Volatile.Read(ref _lostBefore))
        {
            Take(waiter, generation, PublishInputKind.SessionLost);
        }
    }

    /// <inheritdoc/>
    public void Refused(NatsServerError error, Exception exception)
    {
        if (error.Operation == NatsPermissionOperation.Subscribe && error.Subject == _inbox.Subject)
        {
            _inbox.Leave(NatsSubEndReason.Exception);
            FailAll(exception);
        }
        else if (error.Operation is NatsPermissionOperation.Publish or NatsPermissionOperation.PublishReply)
        {
            // The server does not identify the publish. Where publishes to the subject were stored before, several in flight cannot be distinguished.
            (PublishWaiter Waiter, uint Generation)[] meant = [.. from waiter in Waiting()
                let look = waiter.Look()
                where look.Phase is PublishPhase.Writing or PublishPhase.Waiting && look.Subject == error.Subject
                select (waiter, look.Generation)];
            if (meant.Length == 1 || (error.Subject is { } subject && _results.StreamOf(subject) is null))
            {
                Array.ForEach(meant, one => Take(one.Waiter, one.Generation, PublishInputKind.Denied, null, exception));
            }
        }
    }

    /// <inheritdoc/>
    public void ConnectionEnded(Exception exception)
    {
        FailAll(exception);
        _timer.Stop();
        _results.Flush();
    }

    /// <inheritdoc/>
    public Task DrainAsync(TimeSpan timeout)
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _idle, idle);
        if (Volatile.Read(ref _active) == 0)
        {
            idle.TrySetResult();
        }

        return idle.Task;
    }

    private PublishWaiter Begin(in PublishMessage message, in PublishTerms terms, TimeSpan timeout, bool isHeld, IPublishObserver? observer, out uint generation)
    {
        PublishWaiter waiter = _inbox.Take();
        StreamView view = _results.ViewOf(message.Subject);
        TimeSpan now = Now();
        TimeSpan deadline = timeout == Timeout.InfiniteTimeSpan || timeout > TimeSpan.MaxValue - now ? TimeSpan.MaxValue : now + timeout;
        Interlocked.Increment(ref _active); // first: a held publish may end as soon as it has begun
        generation = waiter.Begin(message, PublishResults.TermsFor(terms, view), view, PublishMachine.Begin(deadline, isHeld), Interlocked.Increment(ref _order), observer);
        _timer.NeededAt(deadline < now + PublishMachine.AttemptTimeout ? deadline : now + PublishMachine.AttemptTimeout);
        return waiter;
    }

    /// <summary>Returns the time since the engine was created.</summary>
    public TimeSpan Now() => _port.Time.GetElapsedTime(_epoch);

    // The stream is available again: publishes to it that wait for their next attempt make it now, in their order.
    private void WakeDelayed(StreamEntry stream)
    {
        stream.HasDelayed = false; // first: a publish that begins to wait sets it again
        foreach (PublishWaiter waiter in Waiting().Where(waiter => waiter.Phase == PublishPhase.Delaying && waiter.View.Entry == stream).OrderBy(static waiter => waiter.Order))
        {
            Take(waiter, waiter.Look().Generation, PublishInputKind.StreamAvailable);
        }
    }

    private IEnumerable<PublishWaiter> Waiting() => _inbox.Slots.OfType<PublishWaiter>().Where(waiter => waiter.Phase != PublishPhase.Over);

    /// <summary>Ends all publishes, because no ack can arrive any more.</summary>
    public void FailAll(Exception exception)
    {
        foreach (PublishWaiter waiter in Waiting())
        {
            Take(waiter, waiter.Look().Generation, PublishInputKind.ConnectionEnded, null, exception);
        }
    }

    private TimeSpan Sweep()
    {
        TimeSpan next = TimeSpan.MaxValue;
        foreach (PublishWaiter? waiter in _inbox.Slots)
        {
            if (waiter is null || waiter.Phase == PublishPhase.Over)
            {
                continue;
            }

            (uint generation, TimeSpan due) = waiter.Due();
            if (due <= Now())
            {
                Take(waiter, generation, PublishInputKind.Due);
                due = waiter.Due().Due;
            }

            next = due < next ? due : next;
        }

        return next;
    }

    /// <summary>Passes an input to the machine and executes its order. Called on any thread, but not under the outbound lock.</summary>
    /// <returns>False when the publish had already ended.</returns>
    public bool Take(PublishWaiter waiter, uint generation, PublishInputKind kind, PubAckResponse? ack = null, Exception? cause = null)
    {
        double random = kind is PublishInputKind.NoResponders or PublishInputKind.Refused ? _port.Random.NextDouble() : 0;
        PublishOrder order = waiter.Step(generation, new PublishInput(kind, Now(), ack?.Error, random), out PublishState state, out bool wasOpen, ack, cause);
        if (ack?.Error is { ErrCode: (int)NatsJSErrorCode.TooManyRequests } && wasOpen)
        {
            waiter.Observer?.SlowedDown();
        }

        if (wasOpen && state.Phase == PublishPhase.Delaying && waiter.View.Entry is { } stream)
        {
            stream.HasDelayed = true;
        }

        Obey(waiter, generation, order, state);
        return wasOpen;
    }

    private void Obey(PublishWaiter waiter, uint generation, PublishOrder order, in PublishState state)
    {
        switch (order)
        {
            case PublishOrder.Wait:
                break;
            case PublishOrder.Write or PublishOrder.WriteInTurn:
                _writer.Write(waiter, generation, order == PublishOrder.WriteInTurn);
                break;
            case PublishOrder.WaitForTurn:
                _ = _writer.WaitForTurnAsync(waiter, generation);
                break;
            case PublishOrder.Park:
                if (_port.HasSession && !_port.IsHoldingRequests)
                {
                    Take(waiter, generation, PublishInputKind.SessionThere);
                }

                break;
            case PublishOrder.AskForStream:
                _ = _questions.AskForStreamAsync(this, waiter, generation);
                break;
            case PublishOrder.LookUp:
                _ = StreamQuestions.LookUpAsync(this, waiter, generation, waiter.Answer);
                break;
            default:
                End(waiter, generation, order, state);
                return;
        }

        if (state.Phase != PublishPhase.Over)
        {
            _timer.NeededAt(state.Due);
        }
    }

    private void End(PublishWaiter waiter, uint generation, PublishOrder order, in PublishState state)
    {
        waiter.Registration.Unregister();
        if (Interlocked.Decrement(ref _active) == 0)
        {
            Volatile.Read(ref _idle)?.TrySetResult();
        }

        Exception? exception = PublishEnds.Of(order, waiter.Message, state, waiter.Session, waiter.Cause, waiter.Cancellation);
        _results.Complete(waiter, waiter.Token(generation), order, state, exception, Now());
    }
}
