namespace Earshot.Events;

/// <summary>
/// A time that may be missing, in 4 bytes instead of the 16 of a nullable one: of every open connection some are kept. In microseconds below 35 minutes,
/// in milliseconds above, at most 24 days; never negative.
/// </summary>
internal readonly record struct OptionalTimeSpan
{
    private const uint InMilliseconds = 1u << 31;
    private const uint Most = InMilliseconds - 1;

    private readonly uint _time; // one more than it is; 0: there is none

    public OptionalTimeSpan(TimeSpan? time) => _time = time is not { } known ? 0
        : Math.Max(0, known.Ticks / TimeSpan.TicksPerMicrosecond) is var micros and < Most ? (uint)micros + 1
        : InMilliseconds | (uint)Math.Min(Most, known.Ticks / TimeSpan.TicksPerMillisecond);

    public TimeSpan? Value => _time == 0 ? null
        : _time < InMilliseconds ? TimeSpan.FromMicroseconds(_time - 1)
        : TimeSpan.FromMilliseconds((long)(_time & Most));
}
