namespace Earshot.Cli.Demo;

/// <summary>An expected event did not occur; the message describes it.</summary>
internal sealed class ExpectationMissedException(string message) : Exception(message);
