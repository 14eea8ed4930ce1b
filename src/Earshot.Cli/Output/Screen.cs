using System.Text;
using Spectre.Console;

namespace Earshot.Cli.Output;

/// <summary>
/// Writes lines for people: coloured and as wide as the terminal, or plain text without escapes and without wrapping. It
/// is independent of events. Thread-safe: a line is written as a whole.
/// </summary>
internal sealed class Screen
{
    private const int Unlimited = 100_000;
    private const int ShortestText = 24;
    private const int NextLineIndent = 4;

    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly TextWriter? _stream;

    /// <param name="console">The terminal.</param>
    /// <param name="stream">What programs read, and so gets the lines as they are; null for a terminal.</param>
    internal Screen(IAnsiConsole console, TextWriter? stream = null) => (_console, _stream) = (console, stream);

    private bool IsErasing { get; init; }

    /// <summary>The screen on one of the process's streams.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="isRedirected">Whether it is something else than a terminal.</param>
    /// <param name="noColor">Whether a terminal gets plain text too.</param>
    /// <param name="isErasing">Whether a line erases what is on the terminal in its place, such as a <see cref="StatusLine"/>.</param>
    internal static Screen On(TextWriter stream, bool isRedirected, bool noColor, bool isErasing = false)
    {
        bool plain = isRedirected || noColor;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(stream),
        });
        return new Screen(console, isRedirected ? stream : null) { IsErasing = isErasing };
    }

    /// <summary>The columns of a line; very many where it is not a terminal.</summary>
    internal int Width => _stream is null ? _console.Profile.Width : Unlimited;

    /// <summary>Writes one line; text that does not fit continues on the next line, under the beginning of the last part.</summary>
    internal void Line(params ReadOnlySpan<Span> parts)
    {
        lock (_gate)
        {
            if (_stream is not null)
            {
                WriteAsItIs(_stream, parts);
                return;
            }

            if (IsErasing)
            {
                _console.Profile.Out.Writer.Write(StatusLine.EraseLine);
            }

            int indent = 0;
            for (int i = 0; i < parts.Length - 1; i++)
            {
                indent += TextColumns.Width(parts[i].Text);
                Write(parts[i]);
            }

            if (parts.Length > 0)
            {
                WriteWrapped(parts[^1], indent);
            }

            _console.WriteLine();
        }
    }

    private static void WriteAsItIs(TextWriter stream, ReadOnlySpan<Span> parts)
    {
        var line = new StringBuilder();
        foreach (Span part in parts)
        {
            line.Append(part.Text);
        }

        stream.WriteLine(line.ToString());
    }

    private void WriteWrapped(Span part, int indent)
    {
        // The last column stays free: some terminals go to the next line as soon as it is written.
        int room = _console.Profile.Width - 1 - indent;
        if (room < ShortestText && TextColumns.Width(part.Text) > room)
        {
            _console.WriteLine();
            Write(new Span(new string(' ', NextLineIndent)));
            (indent, room) = (NextLineIndent, Math.Max(ShortestText, _console.Profile.Width - 1 - NextLineIndent));
            part = part with { Text = part.Text.TrimStart() };
        }

        bool isFirst = true;
        foreach (string line in TextColumns.Break(part.Text, room))
        {
            if (!isFirst)
            {
                _console.WriteLine();
                Write(new Span(new string(' ', indent)));
            }

            isFirst = false;
            Write(part with { Text = line });
        }
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
