using Spectre.Console;

namespace Earshot.Cli.Output;

/// <summary>A piece of a line and its look; null for the terminal's own.</summary>
internal readonly record struct Span(string Text, Style? Style = null);
