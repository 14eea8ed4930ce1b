using Spectre.Console;

namespace Earshot.Cli.Demo;

/// <summary>
/// Writes lines for people: coloured and as wide as the terminal, or plain text without escapes and without wrapping. It
/// is independent of events. Thread-safe: a line is written as a whole.
/// </summary>
internal sealed class Screen
{
    // Wide enough that nothing is ever broken where a program reads the lines.
    private const int Unlimited = 100_000;
    private const int ShortestText = 24;

    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;

    internal Screen(IAnsiConsole console) => _console = console;

    /// <summary>The screen on one of the process's streams.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="isRedirected">Whether it is something else than a terminal.</param>
    /// <param name="noColor">Whether a terminal gets plain text too.</param>
    internal static Screen On(TextWriter stream, bool isRedirected, bool noColor)
    {
        bool plain = isRedirected || noColor;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(stream),
        });
        if (isRedirected)
        {
            console.Profile.Width = Unlimited;
        }

        return new Screen(console);
    }

    /// <summary>Writes one line; text that does not fit continues on the next line, under the beginning of the last part.</summary>
    internal void Line(params ReadOnlySpan<Span> parts)
    {
        lock (_gate)
        {
            int indent = 0;
            for (int i = 0; i < parts.Length - 1; i++)
            {
                indent += parts[i].Text.Length;
                Write(parts[i]);
            }

            if (parts.Length > 0)
            {
                WriteWrapped(parts[^1], indent);
            }

            _console.WriteLine();
        }
    }

    private void WriteWrapped(Span part, int indent)
    {
        // The last column stays free: some terminals go to the next line as soon as it is written.
        int room = Math.Max(ShortestText, _console.Profile.Width - 1 - indent);
        string rest = part.Text;
        while (rest.Length > room)
        {
            int cut = rest.LastIndexOf(' ', room);
            cut = cut <= 0 ? room : cut;
            Write(part with { Text = rest[..cut] });
            _console.WriteLine();
            Write(new Span(new string(' ', indent)));
            rest = rest[cut..].TrimStart();
        }

        Write(part with { Text = rest });
    }

    // A piece too long for the terminal must not be broken a second time by the console, so it is written as it is.
    private void Write(Span part)
    {
        if (part.Text.Length > 0)
        {
            _console.Write(new Text(part.Text, part.Style ?? Style.Plain) { Overflow = Overflow.Ellipsis });
        }
    }
}
