namespace Earshot.Cli.Journals;

/// <summary>A violation with its place in the file.</summary>
/// <param name="Violation">The violation.</param>
/// <param name="Line">The number of the line; null where no line has it.</param>
/// <param name="Event">The line as an event for people, or its beginning where it is none; null where there is no line.</param>
internal sealed record BrokenRule(NatsJournalViolation Violation, int? Line, string? Event);
