using Microsoft.AspNetCore.Http;

namespace Earshot.Dashboard.Serving;

/// <summary>What holds for the events of every page: a limited number of viewers, and an end after some time.</summary>
internal static class ViewerLimits
{
    // A browser connects again by itself, and then its authorization is checked again.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(15);

    /// <summary>Writes for one viewer until it leaves, does not read, or its time is over; 503 when there are as many as are allowed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="tryEnter">Counts the viewer; false when there are already as many as are allowed.</param>
    /// <param name="leave">The viewer has left.</param>
    /// <param name="write">Writes until its token is cancelled.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopping">The application stops.</param>
    internal static async Task RunAsync(HttpContext context, Func<bool> tryEnter, Action leave, Func<CancellationToken, Task> write, TimeProvider time, CancellationToken stopping)
    {
        if (!tryEnter())
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "10";
            return;
        }

        using var longest = new CancellationTokenSource(s_longest, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping, longest.Token);
        try
        {
            await write(end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The viewer has left or does not read, or it is time to begin again.
        }
        finally
        {
            leave();
        }
    }
}
