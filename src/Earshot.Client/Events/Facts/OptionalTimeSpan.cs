namespace Earshot.Events;

/// <summary>A time that may be missing, in 8 bytes instead of the 16 of a nullable one: of every open connection some are kept.</summary>
internal readonly record struct OptionalTimeSpan
{
    private readonly long _ticks; // one more than it is; 0: there is none

    public OptionalTimeSpan(TimeSpan? time) => _ticks = time is { } known ? known.Ticks + 1 : 0;

    public TimeSpan? Value => _ticks == 0 ? null : TimeSpan.FromTicks(_ticks - 1);
}
