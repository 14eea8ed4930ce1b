namespace Earshot.Cli.Watching;

/// <summary>A line of the list of events: an event of a connection, or a notice of the tool.</summary>
/// <param name="At">When it happened.</param>
/// <param name="Connection">The index of the connection; -1 for a notice.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Kind">The kind of the event, or the name of what the notice is about.</param>
/// <param name="Text">One line.</param>
internal sealed record WatchEntry(DateTimeOffset At, int Connection, NatsEventSeverity Severity, string Kind, string Text);
