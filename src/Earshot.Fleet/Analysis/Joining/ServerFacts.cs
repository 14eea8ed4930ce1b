namespace Earshot.Fleet.Analysis;

/// <summary>What the records show about one running server. Times are corrected.</summary>
internal sealed record ServerFacts(string Id)
{
    /// <summary>How long after the end of a server, or of its silence, losses are still its consequence.</summary>
    public static readonly TimeSpan AfterEnd = TimeSpan.FromSeconds(2);

    public string? Name { get; init; }

    public DateTimeOffset FirstSeen { get; init; } = DateTimeOffset.MaxValue;

    public DateTimeOffset LastSeen { get; init; } = DateTimeOffset.MinValue;

    /// <summary>The first lame duck, the first stop, and every silence, in the order of their times.</summary>
    public IReadOnlyList<ServerMark> Marks { get; init; } = [];

    /// <summary>The earliest and the latest time of its end; null while it runs as far as is known.</summary>
    public (DateTimeOffset From, DateTimeOffset To)? End { get; init; }

    /// <summary>Whether a later server has its name.</summary>
    public bool IsReplaced { get; init; }

    /// <summary>Whether there are events of servers: without them the absence of a stop shows nothing.</summary>
    public bool HasEvents { get; init; }

    public string Label => Name ?? Id;

    /// <summary>The first sign of its end; a silence that is over is none.</summary>
    public ServerMark? EndMark => Marks.FirstOrDefault(mark => mark.Back is null);

    /// <summary>Whether it is silent now.</summary>
    public bool IsSilent => Marks.Any(mark => mark is { Kind: ServerRecordKind.Silent, Back: null });

    public DateTimeOffset? MarkedAt(ServerRecordKind kind) => Marks.FirstOrDefault(mark => mark.Kind == kind)?.At;

    /// <summary>The mark that a loss is the consequence of; null without one.</summary>
    /// <param name="from">The earliest time of the loss.</param>
    /// <param name="to">The latest time of the loss.</param>
    /// <param name="margin">How far the clocks may differ.</param>
    public ServerMark? MarkOf(DateTimeOffset from, DateTimeOffset to, TimeSpan margin) =>
        Marks.FirstOrDefault(mark => mark.At - margin <= to && (mark.Back is not { } back || from <= back + AfterEnd + margin));
}
