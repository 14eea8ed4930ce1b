namespace Earshot.Cli.Journals;

/// <summary>A value that differs between two journals.</summary>
internal sealed record DifferentValue(string Name, string A, string B);
