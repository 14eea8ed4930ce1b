using Earshot.Connections;

namespace Earshot.Services.Endpoints;

/// <summary>The time that remains for all steps of one operation together.</summary>
internal readonly struct Deadline(TimeProvider time, TimeSpan timeout)
{
    private readonly long _started = time.GetTimestamp();
    private readonly TimeSpan _timeout = OptionTimes.Of(timeout);

    /// <summary>Waits for a task, at most until the deadline. Never throws.</summary>
    public async Task WaitAsync(Task task)
    {
        TimeSpan rest = _timeout - time.GetElapsedTime(_started);
        await ObserveAsync(task).WaitAsync(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Also a task that fails after the deadline has its exception observed.
    private static async Task ObserveAsync(Task task) => await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
