using Earshot.Transport;

namespace Earshot.Lifecycle;

/// <summary>Leaves work at the end of an attempt's time although the work does not end.</summary>
internal static class Deadline
{
    /// <summary>The transport that the work makes; one that comes too late is released.</summary>
    /// <exception cref="OperationCanceledException">The time is over.</exception>
    public static async Task<ITransport> WithinAsync(ValueTask<ITransport> work, CancellationToken stop)
    {
        if (work.IsCompletedSuccessfully)
        {
            return work.Result;
        }

        Task<ITransport> making = work.AsTask();
        try
        {
            return await making.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!making.IsCompletedSuccessfully || stop.IsCancellationRequested)
        {
            _ = ReleaseAsync(making);
            throw;
        }
    }

    private static async Task ReleaseAsync(Task<ITransport> making)
    {
        await ((Task)making).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (making.IsCompletedSuccessfully)
        {
            ITransport late = await making.ConfigureAwait(false);
            late.Abort();
            late.Dispose();
        }
    }
}
