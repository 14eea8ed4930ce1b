namespace Earshot.Cli.Demo;

/// <summary>Something that had to happen did not; the message says what.</summary>
internal sealed class ExpectationMissedException(string message) : Exception(message);
