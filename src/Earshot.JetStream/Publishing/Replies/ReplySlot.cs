using System.Threading.Tasks.Sources;

namespace Earshot.JetStream.Publishing;

/// <summary>
/// A message whose reply is awaited, and its place in a <see cref="SlotInbox{TSlot}"/>. Reused for another message after its result was
/// read. A derived class guards its state with the slot itself as the lock, under which no other code is called.
/// </summary>
/// <typeparam name="TResult">The type of the result.</typeparam>
internal abstract class ReplySlot<TResult>(int number) : IValueTaskSource<TResult>
{
    private const int GenerationBits = 32;

    private ManualResetValueTaskSourceCore<TResult> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>Distinguishes the messages that use this slot one after another; inputs for an earlier one are ignored.</summary>
    public uint Generation { get; protected set; }

    /// <summary>The token that cancels the wait.</summary>
    public CancellationToken Cancellation { get; set; }

    /// <summary>The registration of <see cref="Cancellation"/>. Set before the message is written; its end does not wait for the callback.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    public ValueTask<TResult> Task => new(this, _core.Version);

    /// <summary>Returns the number that identifies a message in the subject of its reply.</summary>
    public ulong Token(uint generation) => ((ulong)number << GenerationBits) | generation;

    protected void SetResult(TResult result) => _core.SetResult(result);

    protected void SetException(Exception exception) => _core.SetException(exception);

    /// <summary>Returns the slot to its inbox: nothing refers to its message any more.</summary>
    protected abstract void Return();

    TResult IValueTaskSource<TResult>.GetResult(short token)
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
            Return();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<TResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
