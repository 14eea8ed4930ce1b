namespace Earshot.JetStream.Consuming;

/// <summary>The tasks of callers that wait for the end of a read. Called under the lock of the engine; runs no continuations.</summary>
internal sealed class ReadWaits
{
    private TaskCompletionSource? _finished;
    private TaskCompletionSource? _drained;

    /// <summary>Completes when no more messages can arrive.</summary>
    public Task Finished => (_finished ??= New()).Task;

    /// <summary>Completes when no more messages can arrive and all received messages are processed.</summary>
    public Task Drained => (_drained ??= New()).Task;

    public void Reset() => (_finished, _drained) = (null, null);

    public void Finish() => _finished?.TrySetResult();

    public void Check(PullMachine machine)
    {
        if (_drained is { } drained && machine.IsOver && machine.Amounts.BufferedMsgs <= 0)
        {
            drained.TrySetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
