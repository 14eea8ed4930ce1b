namespace Earshot.Fleet.Collecting;

/// <summary>The times of a book of connections.</summary>
/// <param name="EventDelay">How long the event of a connection may take; a list that is asked for earlier may be ahead of it.</param>
/// <param name="RecordAgain">After which time an open connection is recorded again, so that the stream, which forgets, always has it.</param>
/// <param name="RememberEnds">How long ends are remembered.</param>
internal sealed record BookRules(TimeSpan EventDelay, TimeSpan RecordAgain, TimeSpan RememberEnds);
