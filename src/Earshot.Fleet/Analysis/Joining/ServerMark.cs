namespace Earshot.Fleet.Analysis;

/// <summary>What announced or showed the end of a server, or that it was silent, with its corrected time.</summary>
/// <param name="Kind">A lame duck, a stop or a silence.</param>
/// <param name="At">When it began.</param>
internal sealed record ServerMark(ServerRecordKind Kind, DateTimeOffset At)
{
    /// <summary>When the server answered again after a silence; null while it has not, and for the other kinds.</summary>
    public DateTimeOffset? Back { get; init; }

    /// <summary>The time of a silence as it was recorded, which names it: a corrected time changes with what is known of the clocks.</summary>
    public DateTimeOffset Recorded { get; init; }
}
