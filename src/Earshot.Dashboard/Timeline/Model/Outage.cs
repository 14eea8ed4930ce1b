namespace Earshot.Dashboard.Timeline;

/// <summary>A time without a session, from Disconnected on: its cause, how it ended and what it cost.</summary>
internal sealed record Outage
{
    /// <summary>Number of the outage in its connection.</summary>
    public required int Id { get; init; }

    /// <summary>When the session ended.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When the next session was open, or the connection closed; null when the journal ends before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>When the server had confirmed all subscriptions; null when it did not.</summary>
    public DateTimeOffset? Resubscribed { get; init; }

    /// <summary>The time of the last event that belongs to the outage, such as the replay of pending publishes.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>How long there was no session, as the client measured it; null when the journal ends before.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The reason and, where there is one, the error of the server or the suspected cause.</summary>
    public required string Cause { get; init; }

    /// <summary>Whether the application or lame duck mode caused it.</summary>
    public bool IsPlanned { get; init; }

    /// <summary>The server of the session that ended.</summary>
    public required string LostServer { get; init; }

    /// <summary>The server of the next session; null when there is none.</summary>
    public string? NextServer { get; init; }

    /// <summary>Why the connection closed instead of reconnecting; null otherwise.</summary>
    public string? CloseReason { get; init; }

    /// <summary>What it cost.</summary>
    public OutageCost Cost { get; init; } = new();
}
