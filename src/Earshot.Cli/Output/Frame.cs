using Spectre.Console;
using Spectre.Console.Rendering;

namespace Earshot.Cli.Output;

/// <summary>Lines of a terminal as a renderable: each is exactly one row, as it is.</summary>
internal sealed class Frame(IReadOnlyList<FrameLine> lines) : Renderable
{
    internal IReadOnlyList<FrameLine> Lines => lines;

    /// <summary>
    /// Whether it is drawn over and over. Then the cursor waits at the beginning of the last line: behind a long one, the ^C that a terminal
    /// writes at Ctrl+C would go to the next line, and move everything.
    /// </summary>
    internal bool IsRedrawn { get; init; }

    protected override Spectre.Console.Rendering.Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach ((int index, FrameLine line) in lines.Index())
        {
            foreach (Span part in line.Parts)
            {
                yield return new Segment(part.Text, part.Style ?? Style.Plain);
            }

            if (IsRedrawn)
            {
                // As wide as Spectre would make it, which would move the cursor.
                yield return new Segment(new string(' ', Math.Max(0, maxWidth - 1 - line.Parts.Sum(static part => TextColumns.Width(part.Text)))));
            }

            if (options.Ansi)
            {
                // What the terminal itself has written there, such as the ^C of Ctrl+C.
                yield return Segment.Control("\e[K");
            }

            if (IsRedrawn && index == lines.Count - 1)
            {
                yield return Segment.Control("\r");
            }

            yield return Segment.LineBreak;
        }
    }
}
