namespace Earshot.Cli.Journals;

/// <summary>A named value of an event.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">The value as text.</param>
/// <param name="Time">The value of a duration, which is compared with a tolerance; null for others.</param>
internal sealed record EventValue(string Name, string Text, TimeSpan? Time);
