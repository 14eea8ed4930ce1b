namespace Earshot.Fleet.Analysis;

/// <summary>What the records show about one running server. Times are corrected.</summary>
internal sealed record ServerFacts(string Id)
{
    public string? Name { get; init; }

    public DateTimeOffset FirstSeen { get; init; } = DateTimeOffset.MaxValue;

    public DateTimeOffset LastSeen { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The first lame duck, stop or silence, by kind, in the order of their times.</summary>
    public IReadOnlyList<ServerMark> Marks { get; init; } = [];

    /// <summary>When it answered again after a silence.</summary>
    public DateTimeOffset? Back { get; init; }

    /// <summary>The earliest and the latest time of its end; null while it runs as far as is known.</summary>
    public (DateTimeOffset From, DateTimeOffset To)? End { get; init; }

    /// <summary>Whether a later server has its name.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>Whether there are events of servers: without them the absence of a stop shows nothing.</summary>
    public bool HasEvents { get; init; }

    public string Label => Name ?? Id;

    public DateTimeOffset? MarkedAt(ServerRecordKind kind) => Marks.FirstOrDefault(mark => mark.Kind == kind)?.At;
}
