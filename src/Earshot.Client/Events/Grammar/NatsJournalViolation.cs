namespace Earshot;

/// <summary>One place where a journal breaks its own rules.</summary>
/// <param name="Sequence">The number of the event, or of the line where no event could be read.</param>
/// <param name="Rule">The rule: "grammar", "disconnects", "closed", "attempts", "sequence", "state", "lame duck", "session" or "format".</param>
/// <param name="Text">What is wrong, in one line.</param>
public sealed record NatsJournalViolation(long Sequence, string Rule, string Text);
