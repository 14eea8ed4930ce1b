namespace Earshot.Cli.Watching;

/// <summary>A measured value and its time.</summary>
internal readonly record struct Measurement(DateTimeOffset At, double Value);
