namespace Earshot.Timing;

/// <summary>
/// Time since its creation, never set back by a change of the wall clock. Measures only; waiting is the timer queue's.
/// </summary>
internal readonly struct MonotonicClock
{
    private readonly long _origin;

    public MonotonicClock(TimeProvider provider)
    {
        ArgumentNullException.ThrowIfNull(provider);
        Provider = provider;
        _origin = provider.GetTimestamp();
    }

    public TimeProvider Provider { get; }

    public TimeSpan Elapsed => Provider.GetElapsedTime(_origin);
}
