using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Journals;

/// <summary>Reads recorded journals from files.</summary>
internal static class JournalReader
{
    /// <summary>Reads journals; each is named by its file, and by its connection where a file has several.</summary>
    /// <exception cref="ToolException">A file cannot be read, or is no journal.</exception>
    internal static async Task<IReadOnlyList<RecordedJournal>> ReadAsync(IReadOnlyList<string> paths, ToolHost host, CancellationToken cancellationToken)
    {
        if (paths.Count(path => path == JournalText.StandardInput) > 1)
        {
            throw new ToolException(ExitCode.Usage, "The standard input (-) can be read only once.");
        }

        var texts = new List<JournalText>();
        foreach (string path in paths)
        {
            texts.Add(await JournalText.ReadAsync(path, host, cancellationToken).ConfigureAwait(false));
        }

        return Of(texts);
    }

    /// <summary>Reads the journals of files that were read.</summary>
    /// <exception cref="ToolException">A file is no journal.</exception>
    internal static IReadOnlyList<RecordedJournal> Of(IReadOnlyList<JournalText> texts)
    {
        var journals = new List<RecordedJournal>();
        IReadOnlyList<string> names = JournalNames.Of([.. texts.Select(text => text.Path)]);
        for (int i = 0; i < texts.Count; i++)
        {
            foreach ((string? connection, JournalText part) in texts[i].ByConnection())
            {
                string name = connection is null ? names[i] : SafeText.Line(texts.Count > 1 ? $"{names[i]} {connection}" : connection);
                journals.Add(new RecordedJournal(name, Parse(part)) { File = texts[i].Path, Connection = connection });
            }
        }

        return journals;
    }

    private static List<NatsConnectionEvent> Parse(JournalText text)
    {
        var events = new List<NatsConnectionEvent>(text.Lines.Count);
        foreach ((int number, string line) in text.Lines)
        {
            events.Add(EventLine.TryRead(line, out NatsConnectionEvent? e, out string error)
                ? e
                : throw new ToolException(ExitCode.File, $"{text.Path}: line {number} cannot be read: {error}."));
        }

        return events.Count > 0 ? events : throw new ToolException(ExitCode.File, $"{text.Path} contains no event.");
    }
}
