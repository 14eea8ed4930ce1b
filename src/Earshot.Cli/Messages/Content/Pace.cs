namespace Earshot.Cli.Messages;

/// <summary>Spreads messages evenly over time. A delay is made up for by shorter waits, up to one second of them.</summary>
internal sealed class Pace(TimeProvider time, TimeSpan interval)
{
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _due;

    /// <summary>Waits until the next message is due; does nothing without an interval.</summary>
    internal async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        if (interval <= TimeSpan.Zero)
        {
            return;
        }

        TimeSpan now = time.GetElapsedTime(_start);
        if (now < _due)
        {
            await Task.Delay(_due - now, time, cancellationToken).ConfigureAwait(false);
        }
        else if (now - _due > TimeSpan.FromSeconds(1))
        {
            _due = now;
        }

        _due += interval;
    }
}
