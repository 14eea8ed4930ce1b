using Spectre.Console.Rendering;

namespace Earshot.Cli.Tests.Output;

/// <summary>The width of a text on a terminal.</summary>
internal static class Columns
{
    internal static int Of(string text) => Segment.CellCount([new Segment(text)]);
}
