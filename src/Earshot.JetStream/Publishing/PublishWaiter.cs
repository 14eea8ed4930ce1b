using System.Threading.Tasks.Sources;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// One publish whose outcome is awaited, and its slot in the ack inbox. Reused for another publish after its result was read. Locks itself;
/// no other code is called under the lock.
/// </summary>
internal sealed class PublishWaiter(AckInbox inbox, int slot) : IValueTaskSource<PubAckResponse>
{
    private ManualResetValueTaskSourceCore<PubAckResponse> _core = new() { RunContinuationsAsynchronously = true };
    private PublishState _state;

    /// <summary>The number of the publish in the outbound buffer of its session; the maximum value while it has none.</summary>
    public long PublishNumber = long.MaxValue;

    public int Slot { get; } = slot;

    /// <summary>Distinguishes the publishes that use this waiter one after another; inputs for an earlier one are ignored.</summary>
    public uint Generation { get; private set; }

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

    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>The phase, read without the lock: it may be outdated.</summary>
    public PublishPhase Phase => _state.Phase;

    public ValueTask<PubAckResponse> Task => new(this, _core.Version);

    public uint Begin(in PublishMessage message, in PublishTerms terms, in StreamView view, TimeSpan deadline, long order)
    {
        lock (this)
        {
            (Message, Terms, View, Order, Observer) = (message, terms, view, order, null);
            (_state, PublishNumber, Registration, Answer, Cause) = (PublishMachine.Begin(deadline), long.MaxValue, default, null, null);
            return ++Generation;
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
        lock (this)
        {
            PublishOrder order = PublishOrder.Wait;
            wasOpen = generation == Generation && _state.Phase != PublishPhase.Over;
            if (wasOpen)
            {
                (Answer, Cause) = (answer ?? Answer, cause ?? Cause);
                order = PublishMachine.Step(ref _state, Terms, input);
            }

            state = _state;
            return order;
        }
    }

    /// <summary>Returns the due time and the generation of the publish; the maximum time when it has ended.</summary>
    public (uint Generation, TimeSpan Due) Due()
    {
        lock (this)
        {
            return (Generation, _state.Phase == PublishPhase.Over ? TimeSpan.MaxValue : _state.Due);
        }
    }

    /// <summary>Sets the observer. Called before the publish is written.</summary>
    public void Observe(IPublishObserver observer) => Observer = observer;

    public void Complete(PubAckResponse ack)
    {
        if (Observer is { } observer)
        {
            inbox.Return(this);
            observer.Completed(ack, null);
        }
        else
        {
            _core.SetResult(ack);
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
            _core.SetException(exception);
        }
    }

    PubAckResponse IValueTaskSource<PubAckResponse>.GetResult(short token)
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

    ValueTaskSourceStatus IValueTaskSource<PubAckResponse>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<PubAckResponse>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
