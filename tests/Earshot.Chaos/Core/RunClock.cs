namespace Earshot.Chaos.Core;

/// <summary>Milliseconds since the start of the run, and the wall clock for the same moments.</summary>
internal sealed class RunClock
{
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();

    public int Millisecond => (int)TimeProvider.System.GetElapsedTime(_started).TotalMilliseconds;

    /// <summary>As the faults are printed: minutes, seconds and tenths.</summary>
    public static string Text(int millisecond) => TimeSpan.FromMilliseconds(millisecond).ToString(@"mm\:ss\.fff", System.Globalization.CultureInfo.InvariantCulture);

    public int Of(DateTimeOffset moment) => (int)(moment - _startedAt).TotalMilliseconds;
}
