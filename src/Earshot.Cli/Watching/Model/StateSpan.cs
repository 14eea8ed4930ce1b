namespace Earshot.Cli.Watching;

/// <summary>A state and when it began; it lasts until the next one begins.</summary>
internal readonly record struct StateSpan(DateTimeOffset From, LinkState State);
