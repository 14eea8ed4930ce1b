namespace Earshot.Cli.Doctor;

/// <summary>A step that has begun and has no outcome yet.</summary>
/// <param name="Name">What is examined, one word.</param>
/// <param name="Text">What is being done, one line.</param>
/// <param name="Start">When it began, as a timestamp of the clock.</param>
internal sealed record RunningStep(string Name, string Text, long Start);
