namespace Earshot.Dashboard.Timeline;

/// <summary>An outage on the page.</summary>
/// <param name="track">The index of its connection.</param>
/// <param name="outage">The outage.</param>
/// <param name="at">Returns the place of a time on the axis, in seconds.</param>
internal sealed class PageOutage(int track, Outage outage, Func<DateTimeOffset, double> at) : OutageFigures(outage, PageDataBuilder.Shown)
{
    public int Track { get; } = track;

    public int Id { get; } = outage.Id;

    public double From { get; } = at(outage.From);

    public double? To { get; } = outage.To is { } to ? at(to) : null;

    /// <summary>The time of its last event.</summary>
    public double Until { get; } = at(outage.Until);
}
