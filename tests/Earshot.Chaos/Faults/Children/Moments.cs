using System.Diagnostics;

namespace Earshot.Chaos.Faults;

/// <summary>Waits of these runs; each has a limit, so that a fault that is not survived is a failed figure and not a hang.</summary>
internal static class Moments
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The longest delay between attempts, and one more second for the attempt.</summary>
    public static readonly TimeSpan Recovery = TimeSpan.FromSeconds(6);

    /// <summary>How long the task took; the limit when it did not complete.</summary>
    public static async Task<TimeSpan> MeasureAsync(Task task, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        try
        {
            await task.WaitAsync(Limit, cancellationToken);
            return Stopwatch.GetElapsedTime(started);
        }
        catch (TimeoutException)
        {
            return Limit;
        }
    }

    /// <summary>Waits until a condition holds; false when it does not within the limit.</summary>
    public static async Task<bool> UntilAsync(Func<bool> condition, CancellationToken cancellationToken)
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        long started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Limit)
            {
                return false;
            }

            await ticks.WaitForNextTickAsync(cancellationToken);
        }

        return true;
    }
}
