namespace Earshot.Dashboard.Timeline;

/// <summary>Cause, end and cost of an outage as JSON has them: durations in seconds, to a microsecond.</summary>
/// <param name="outage">The outage.</param>
/// <param name="show">Makes a text of the journal fit to be shown; JSON escapes what it must by itself.</param>
internal abstract class OutageFigures(Outage outage, Func<string, string> show)
{
    public string Cause { get; } = show(outage.Cause);

    public string LostServer { get; } = show(outage.LostServer);

    public double? Duration { get; } = Seconds(outage.Duration);

    public bool Planned { get; } = outage.IsPlanned;

    public string? NextServer { get; } = outage.NextServer is { } next ? show(next) : null;

    public string? CloseReason { get; } = outage.CloseReason;

    public int FailedAttempts { get; } = outage.Cost.FailedAttempts;

    public long Buffered { get; } = outage.Cost.Buffered;

    public long Replayed { get; } = outage.Cost.Replayed;

    public long Lost { get; } = outage.Cost.Lost;

    public long Unconfirmed { get; } = outage.Cost.Unconfirmed;

    public int Requests { get; } = outage.Cost.Requests;

    public string? RequestMode { get; } = outage.Cost.RequestMode?.ToString();

    public double? LossWindow { get; } = Seconds(outage.Cost.LossWindow);

    public int Denied { get; } = outage.Cost.DeniedSubscriptions;

    private static double? Seconds(TimeSpan? time) => time is { } value ? Math.Round(value.TotalSeconds, 6) : null;
}
