using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Publishing;

/// <summary>One publish whose outcome is awaited, and its slot in the inbox of acks.</summary>
internal sealed class PublishWaiter(SlotInbox<PublishWaiter> inbox, int number) : ReplySlot<PubAckResponse>(number)
{
    private PublishState _state;

    /// <summary>The number of the publish in the outbound buffer of its session; the maximum value while it has none.</summary>
    public long PublishNumber = long.MaxValue;

    /// <summary>The number of the session in which the last attempt was written; 0 when it is not known.</summary>
    public int Session { get; set; }

    /// <summary>Numbers the publishes of a connection in the order in which they started.</summary>
    public long Order { get; private set; }

    public PublishMessage Message { get; private set; }

    public PublishTerms Terms { get; private set; }

    /// <summary>What was known of the stream when the publish started.</summary>
    public StreamView View { get; private set; }

    /// <summary>The observer that is notified instead of completing the task; null: the task is completed.</summary>
    public IPublishObserver? Observer { get; private set; }

    /// <summary>The last ack of the stream.</summary>
    public PubAckResponse? Answer { get; private set; }

    /// <summary>The exception of the last input that had one.</summary>
    public Exception? Cause { get; private set; }

    /// <summary>The phase, read without the lock: it may be outdated.</summary>
    public PublishPhase Phase => _state.Phase;

    public uint Begin(in PublishMessage message, in PublishTerms terms, in StreamView view, in PublishState state, long order, IPublishObserver? observer)
    {
        lock (this)
        {
            (Message, Terms, View, Order, Observer) = (message, terms, view, order, observer);
            (_state, PublishNumber, Session, Registration, Cancellation, Answer, Cause) = (state, long.MaxValue, 0, default, default, null, null);
            return Generation = inbox.NextGeneration();
        }
    }

    /// <summary>Replaces what was known of the stream, because the publish was held until now.</summary>
    public void Renew(uint generation, in StreamView view)
    {
        lock (this)
        {
            if (generation == Generation && _state.Phase == PublishPhase.Held)
            {
                (Terms, View) = (PublishResults.TermsFor(Terms, view), view);
            }
        }
    }

    /// <summary>Passes an input to the machine. Has no effect when the publish has ended.</summary>
    /// <param name="generation">The generation of the publish.</param>
    /// <param name="input">The input.</param>
    /// <param name="state">The state after the input.</param>
    /// <param name="wasOpen">Whether the publish had not ended before.</param>
    /// <param name="answer">The ack; null when the input has none.</param>
    /// <param name="cause">The exception that caused the input; null when there is none.</param>
    public PublishOrder Step(uint generation, in PublishInput input, out PublishState state, out bool wasOpen, PubAckResponse? answer = null, Exception? cause = null)
    {
        IPublishObserver? written = null;
        PublishOrder order = PublishOrder.Wait;
        lock (this)
        {
            wasOpen = generation == Generation && _state.Phase != PublishPhase.Over;
            if (wasOpen)
            {
                (Answer, Cause) = (answer ?? Answer, cause ?? Cause);
                written = input.Kind == PublishInputKind.Written ? Observer : null;
                order = PublishMachine.Step(ref _state, Terms, input);
            }

            state = _state;
        }

        written?.Written();
        return order;
    }

    /// <summary>Returns the due time and the generation of the publish; the maximum time when it has ended.</summary>
    public (uint Generation, TimeSpan Due) Due()
    {
        lock (this)
        {
            return (Generation, _state.Phase == PublishPhase.Over ? TimeSpan.MaxValue : _state.Due);
        }
    }

    /// <summary>Returns the generation, the phase and the subject of the publish, which belong together; the publish may have ended since.</summary>
    public (uint Generation, PublishPhase Phase, string Subject) Look()
    {
        lock (this)
        {
            return (Generation, _state.Phase, Message.Subject);
        }
    }

    public void Complete(PubAckResponse ack)
    {
        if (Observer is { } observer)
        {
            inbox.Return(this);
            observer.Completed(ack, null);
        }
        else
        {
            SetResult(ack);
        }
    }

    public void Fail(Exception exception)
    {
        if (Observer is { } observer)
        {
            inbox.Return(this);
            observer.Completed(null, exception);
        }
        else
        {
            SetException(exception);
        }
    }

    /// <inheritdoc/>
    protected override void Return() => inbox.Return(this);
}
