namespace Earshot.Cli.Watching;

/// <summary>Which events are shown.</summary>
/// <param name="Kinds">Of these kinds.</param>
/// <param name="Least">Of this severity and above.</param>
internal sealed record EventSelection(NatsEventFilter Kinds, NatsEventSeverity Least)
{
    /// <summary>Every event.</summary>
    internal static readonly EventSelection All = new(NatsEventFilter.All, NatsEventSeverity.Trace);

    internal bool Includes(NatsConnectionEvent e) => e.Severity >= Least && Kinds.Includes(e.Kind);

    /// <summary>Says what is left out; null when nothing is.</summary>
    internal string? Describe() => (Kinds == NatsEventFilter.All, Least) switch
    {
        (true, NatsEventSeverity.Trace) => null,
        (true, _) => $"shown: {Output.EventLines.Word(Least)} and above",
        (false, NatsEventSeverity.Trace) => "shown: those of --filter",
        _ => $"shown: those of --filter, {Output.EventLines.Word(Least)} and above",
    };
}
