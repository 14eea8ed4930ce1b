using Earshot.Cli.Shell;

namespace Earshot.Cli.Journals;

/// <summary>The lines of a journal's file.</summary>
/// <param name="Path">The path as it was given.</param>
/// <param name="Lines">The lines with their numbers from 1 on, without empty lines and without an incomplete last line.</param>
/// <param name="CutLine">The number of the incomplete last line; null when the file is complete.</param>
internal sealed record JournalText(string Path, IReadOnlyList<(int Number, string Text)> Lines, int? CutLine)
{
    /// <summary>The path that means the standard input.</summary>
    internal const string StandardInput = "-";

    /// <summary>Reads a file, or the standard input, and notes an incomplete last line on the standard error.</summary>
    /// <exception cref="ToolException">The file cannot be read.</exception>
    internal static async Task<JournalText> ReadAsync(string path, ToolHost host, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = path == StandardInput
                ? await ToolHost.ReadInputAsync(host.In.ReadToEnd, cancellationToken).ConfigureAwait(false)
                : await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ToolException(ExitCode.File, $"{path} cannot be read: {e.Message}", e);
        }

        JournalText journal = Split(path, text);
        if (journal.CutLine is { } number)
        {
            host.Note($"{path}: line {number} is incomplete and was left out; the recording was interrupted there");
        }

        return journal;
    }

    /// <summary>Returns the lines of each connection that they name, in the order of their first lines; one without a name where none is named.</summary>
    internal IReadOnlyList<(string? Connection, JournalText Text)> ByConnection()
    {
        var parts = new List<(string? Connection, List<(int Number, string Text)> Lines)>();
        foreach ((int Number, string Text) line in Lines)
        {
            string? connection = EventLine.ConnectionOf(line.Text);
            int at = parts.FindIndex(part => part.Connection == connection);
            if (at < 0)
            {
                at = parts.Count;
                parts.Add((connection, []));
            }

            parts[at].Lines.Add(line);
        }

        return parts.Count == 0 ? [(null, this)] : [.. parts.Select(part => (part.Connection, this with { Lines = part.Lines }))];
    }

    // A process that was killed while it wrote leaves a last line without its end; what is a whole object is kept.
    private static JournalText Split(string path, string text)
    {
        var lines = new List<(int Number, string Text)>();
        using var reader = new StringReader(text);
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                lines.Add((number, line));
            }
        }

        if (lines.Count == 0 || text.EndsWith('\n') || EventLine.TryRead(lines[^1].Text, out _, out _))
        {
            return new JournalText(path, lines, null);
        }

        int cut = lines[^1].Number;
        lines.RemoveAt(lines.Count - 1);
        return new JournalText(path, lines, cut);
    }
}
