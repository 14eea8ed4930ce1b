using Microsoft.Extensions.Time.Testing;

namespace Earshot.Testing;

/// <summary>Lets the time of a test pass in steps while the code under test reacts.</summary>
public static class TimeSteps
{
    /// <summary>
    /// Lets time pass until something has happened, but no more than <paramref name="atMost"/>; from then on it waits while the clock stands. Without a limit the time that has
    /// passed afterwards depends on how fast the machine runs the code under test.
    /// </summary>
    /// <param name="time">The clock.</param>
    /// <param name="happened">Completes when it has happened.</param>
    /// <param name="step">How much passes in one step, each of which takes about 1 ms.</param>
    /// <param name="atMost">How much passes in all, with room for a timer that is set a little later than the test begins. Null: no limit.</param>
    /// <param name="cancellationToken">Ends what hangs.</param>
    public static async Task PassAsync(this FakeTimeProvider time, Task happened, TimeSpan step, TimeSpan? atMost, CancellationToken cancellationToken)
    {
        TimeSpan left = atMost ?? TimeSpan.MaxValue;
        while (!happened.IsCompleted && left > TimeSpan.Zero)
        {
            TimeSpan next = step < left ? step : left;
            time.Advance(next);
            left -= next;
            await Task.WhenAny(happened, Task.Delay(1, cancellationToken)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }

        await happened.WaitAsync(cancellationToken).ConfigureAwait(false);
    }
}
