namespace Earshot.Dashboard.Timeline;

/// <summary>A time on the page: a state, a lame duck mode or a slow consumer.</summary>
internal sealed record PageSpan(double From, double To)
{
    /// <summary>The state of the connection; null for other spans.</summary>
    public string? State { get; init; }

    /// <summary>The server or the subscription.</summary>
    public string? Text { get; init; }

    /// <summary>Dropped messages of a slow consumer.</summary>
    public long Dropped { get; init; }

    /// <summary>True for what has not ended on a page that follows its connections.</summary>
    public bool? Open { get; init; }
}
