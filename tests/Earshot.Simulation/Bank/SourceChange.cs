namespace Earshot.Simulation.Bank;

/// <summary>A text that occurs once in a file of the source, and what replaces it in the copy.</summary>
/// <param name="File">The file, relative to the root of the repository.</param>
/// <param name="Is">The text as it is.</param>
/// <param name="Becomes">The text of the copy: as it is while the defect is off.</param>
internal sealed record SourceChange(string File, string Is, string Becomes);
