namespace Earshot.Cli.Watching;

/// <summary>What ends a watch, and its exit code; the first one counts. Thread-safe.</summary>
internal sealed class WatchEnd
{
    private readonly TaskCompletionSource<int> _code = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the exit code.</summary>
    internal Task<int> Code => _code.Task;

    internal void Set(int code) => _code.TrySetResult(code);

    internal void Fail(Exception failure) => _code.TrySetException(failure);
}
