using System.Threading.Tasks.Sources;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// One publish whose outcome is awaited, and its place in the ack inbox. Used again for the next publish once its result was taken. Its
/// state is guarded by itself as a lock, under which nothing is called.
/// </summary>
internal sealed class PublishWaiter(AckInbox inbox, int slot) : IValueTaskSource<PubAckResponse>
{
    private ManualResetValueTaskSourceCore<PubAckResponse> _core = new() { RunContinuationsAsynchronously = true };
    private PublishState _state;

    /// <summary>Number of the publish in the outbound buffer of the session that carries it; the largest number while it has none.</summary>
    public long PublishNumber = long.MaxValue;

    public int Slot { get; } = slot;

    /// <summary>Tells one publish of this waiter from the next; what is meant for an earlier one is ignored.</summary>
    public uint Generation { get; private set; }

    /// <summary>Numbers the publishes of a connection in the order in which they began.</summary>
    public long Order { get; private set; }

    public PublishMessage Message { get; private set; }

    public PublishTerms Terms { get; private set; }

    /// <summary>What was known of the stream when it began.</summary>
    public StreamView View { get; private set; }

    /// <summary>Who is reported instead of the task; null: the task.</summary>
    public IPublishObserver? Observer { get; private set; }

    /// <summary>The last answer of the stream.</summary>
    public PubAckResponse? Answer { get; private set; }

    /// <summary>The last exception that changed something.</summary>
    public Exception? Cause { get; private set; }

    public CancellationTokenRegistration Registration { get; set; }

    /// <summary>Read without the lock: a hint.</summary>
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

    /// <summary>Takes a fact in; of a publish that is over it changes nothing.</summary>
    /// <param name="generation">Which publish it is about.</param>
    /// <param name="input">The fact.</param>
    /// <param name="state">The state afterwards.</param>
    /// <param name="wasOpen">It was not over yet.</param>
    /// <param name="answer">The answer of the stream, where one came.</param>
    /// <param name="cause">The exception, where one was the cause.</param>
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

    /// <summary>Due when, and for which publish; never, when it is over.</summary>
    public (uint Generation, TimeSpan Due) Due()
    {
        lock (this)
        {
            return (Generation, _state.Phase == PublishPhase.Over ? TimeSpan.MaxValue : _state.Due);
        }
    }

    /// <summary>Before it is written.</summary>
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
