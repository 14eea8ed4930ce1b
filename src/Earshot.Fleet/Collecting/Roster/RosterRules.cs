namespace Earshot.Fleet.Collecting;

/// <summary>When a server counts as silent.</summary>
/// <param name="AnswerLimit">How long the answer to a ping may take.</param>
/// <param name="Apart">How far apart two unanswered pings must be at least.</param>
/// <param name="ForgetAfter">When a server that does not answer any more is forgotten.</param>
/// <param name="EndsWithin">When a server that has announced its end has no connections any more.</param>
internal sealed record RosterRules(TimeSpan AnswerLimit, TimeSpan Apart, TimeSpan ForgetAfter, TimeSpan EndsWithin);
