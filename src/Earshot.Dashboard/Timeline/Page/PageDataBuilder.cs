namespace Earshot.Dashboard.Timeline;

/// <summary>Turns the model of a timeline into the data of the page.</summary>
internal static class PageDataBuilder
{
    // Text of any length may come from a server; what is longer is not readable on a page.
    private const int LongestText = 2_000;

    internal static PageContent Build(TimelineModel model)
    {
        var index = new Dictionary<Track, int>(ReferenceEqualityComparer.Instance);
        foreach (Track track in model.Tracks)
        {
            index.Add(track, index.Count);
        }

        double At(DateTimeOffset time) => Round((time - model.From).TotalSeconds);
        return new PageContent(
            (model.From - DateTimeOffset.UnixEpoch).TotalMilliseconds,
            At(model.To),
            [.. model.Tracks.Select(track => Of(track, At))],
            [.. model.Outages.Select(pair => new PageOutage(index[pair.Track], pair.Outage, At))],
            [.. model.Events.Select(pair => Of(pair.Event, index[pair.Track], At))]);
    }

    /// <summary>Returns text as the page shows it: without invisible characters, and not longer than anyone reads.</summary>
    internal static string Shown(string text)
    {
        string visible = VisibleText.Line(text.Length > LongestText ? text[..LongestText] : text);
        return text.Length > LongestText ? $"{visible}… ({text.Length - LongestText} more characters)" : visible;
    }

    /// <summary>Returns a connection as the page draws it.</summary>
    /// <param name="track">The connection.</param>
    /// <param name="at">Returns the place of a time on the axis, in seconds.</param>
    /// <param name="isLive">Whether what has not ended grows with the axis.</param>
    internal static PageTrack Of(Track track, Func<DateTimeOffset, double> at, bool isLive = false)
    {
        bool? Open(DateTimeOffset to) => isLive && to == track.To ? true : null;
        return new PageTrack(
            Shown(track.Name),
            [.. track.Periods.Select(period => new PageSpan(at(period.From), at(period.To)) { State = period.State.ToString(), Text = ShownOrNull(period.Server), Open = Open(period.To) })],
            [.. track.LameDucks.Select(period => new PageSpan(at(period.From), at(period.To)) { Text = Shown(period.Server), Open = Open(period.To) })],
            [.. track.SlowConsumers.Select(period => new PageSpan(at(period.From), at(period.To)) { Text = Shown(period.Subscription), Dropped = period.Dropped, Open = Open(period.To) })],
            [.. track.Attempts.Select(attempt => new PageAttempt(at(attempt.Time), Shown(attempt.Server), ShownOrNull(attempt.Error), attempt.Count))]);
    }

    /// <summary>Returns an event as the page lists it.</summary>
    internal static PageEvent Of(TimedEvent timed, int track, Func<DateTimeOffset, double> at)
    {
        NatsConnectionEvent e = timed.Event;
        return new PageEvent(track, at(timed.Time), e.Sequence, e.Kind.ToString(), e.Category.ToString(), (int)e.Severity, Shown(e.Message))
        {
            Outage = e.OutageId,
            Repeat = e.RepeatCount,
            Pending = e.Snapshot.PendingMessages,
            Requests = e.Snapshot.RequestsInFlight,
            Rtt = Seconds(e.Snapshot.LastRtt),
            Details = EventDetails.Of(e),
        };
    }

    internal static string? ShownOrNull(string? text) => text is null ? null : Shown(text);

    internal static double? Seconds(TimeSpan? time) => time is { } value ? Round(value.TotalSeconds) : null;

    // Microseconds are as exact as a picture can be.
    internal static double Round(double seconds) => Math.Round(seconds, 6);
}
