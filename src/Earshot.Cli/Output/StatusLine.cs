using Spectre.Console;

namespace Earshot.Cli.Output;

/// <summary>
/// One line of a terminal that is written again and again. The cursor waits at its beginning, so that a line of a <see cref="Screen"/>
/// replaces it. Not thread-safe.
/// </summary>
internal sealed class StatusLine(IAnsiConsole console)
{
    /// <summary>Erases the line of the cursor, also the ^C that the terminal has written there.</summary>
    internal const string EraseLine = "\r\e[K";

    private const string EraseRest = "\e[K";

    internal void Show(FrameLine line)
    {
        console.Profile.Out.Writer.Write('\r');
        foreach (Span part in line.Parts)
        {
            console.Write(new Text(part.Text, part.Style ?? Style.Plain));
        }

        console.Profile.Out.Writer.Write($"{EraseRest}\r");
        console.Profile.Out.Writer.Flush();
    }

    internal void Clear()
    {
        console.Profile.Out.Writer.Write(EraseLine);
        console.Profile.Out.Writer.Flush();
    }
}
