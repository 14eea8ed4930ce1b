namespace Earshot.JetStream.Consuming;

/// <summary>Who waits for the end of a read. The engine calls it under its lock; nothing runs inside.</summary>
internal sealed class ReadWaits
{
    private TaskCompletionSource? _finished;
    private TaskCompletionSource? _drained;

    /// <summary>Nothing can come any more.</summary>
    public Task Finished => (_finished ??= New()).Task;

    /// <summary>Nothing can come any more, and all that came is processed.</summary>
    public Task Drained => (_drained ??= New()).Task;

    public void Reset() => (_finished, _drained) = (null, null);

    public void Finish() => _finished?.TrySetResult();

    public void Look(PullMachine machine)
    {
        if (_drained is { } drained && machine.IsOver && machine.Amounts.BufferedMsgs <= 0)
        {
            drained.TrySetResult();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
