using System.CommandLine;

namespace Earshot.Cli.Shell;

/// <summary>A command with examples, which its help shows.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Whole command lines; each begins with <c>earshot</c>.</summary>
    internal IReadOnlyList<string> Examples { get; } = examples;
}
