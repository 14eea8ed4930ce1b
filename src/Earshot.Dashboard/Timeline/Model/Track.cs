namespace Earshot.Dashboard.Timeline;

/// <summary>One connection over time.</summary>
internal sealed record Track
{
    /// <summary>The name of the connection.</summary>
    public required string Name { get; init; }

    /// <summary>All events in their order.</summary>
    public required IReadOnlyList<TimedEvent> Events { get; init; }

    /// <summary>The states, one after another without a gap.</summary>
    public required IReadOnlyList<Period> Periods { get; init; }

    /// <summary>The connect attempts.</summary>
    public required IReadOnlyList<AttemptMark> Attempts { get; init; }

    /// <summary>The times in which the server was in lame duck mode.</summary>
    public required IReadOnlyList<LameDuckPeriod> LameDucks { get; init; }

    /// <summary>The times in which a subscription was a slow consumer.</summary>
    public required IReadOnlyList<SlowConsumerPeriod> SlowConsumers { get; init; }

    /// <summary>The outages.</summary>
    public required IReadOnlyList<Outage> Outages { get; init; }

    public DateTimeOffset From => Events[0].Time;

    /// <summary>The time of the last event or, of a connection that is followed, the present.</summary>
    public required DateTimeOffset To { get; init; }
}
