namespace Earshot.Events;

/// <summary>The same for a point in time: 8 bytes instead of 24. The value is returned in UTC.</summary>
internal readonly record struct OptionalDateTime
{
    private readonly long _ticks; // 0: there is none

    public OptionalDateTime(DateTimeOffset? moment) => _ticks = moment?.UtcTicks ?? 0;

    public DateTimeOffset? Value => _ticks == 0 ? null : new DateTimeOffset(_ticks, TimeSpan.Zero);
}
