using System.Text;
using System.Text.Json;
using Earshot.Cli.Journals;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>Reads files of journals and of records, and writes records.</summary>
internal static class FleetFiles
{
    /// <summary>Reads files; each is of journals or of records, as its first line shows.</summary>
    /// <returns>The records, and the number of journals.</returns>
    /// <exception cref="ToolException">A file cannot be read, or is neither.</exception>
    internal static async Task<(IReadOnlyList<FleetRecord> Records, int Journals)> ReadAsync(IReadOnlyList<string> paths, ToolHost host, CancellationToken cancellationToken)
    {
        var records = new List<FleetRecord>();
        var journals = new List<JournalText>();
        foreach (string path in paths)
        {
            JournalText text = await JournalText.ReadAsync(path, host, cancellationToken).ConfigureAwait(false);
            if (text.Lines is [{ Text: var first }, ..] && FleetRecordFile.IsRecord(first))
            {
                records.AddRange(await ReadRecordsAsync(text, cancellationToken).ConfigureAwait(false));
            }
            else
            {
                journals.Add(text);
            }
        }

        IReadOnlyList<RecordedJournal> recorded = JournalReader.Of(journals);
        foreach (RecordedJournal journal in recorded)
        {
            records.AddRange(FleetRecordFile.OfJournal(journal.Events, journal.Name, service: journal.Name));
        }

        return (records, recorded.Count + records.OfType<JournalRecord>().Select(record => record.Connection.Id).Except(recorded.Select(journal => journal.Events[0].Snapshot.ConnectionId ?? journal.Name)).Count());
    }

    /// <summary>Writes records to a new file.</summary>
    /// <exception cref="ToolException">The file exists or cannot be written.</exception>
    internal static async Task WriteAsync(IReadOnlyList<FleetRecord> records, string path, CancellationToken cancellationToken)
    {
        FileStream file = Create(path);
        try
        {
            await using (file.ConfigureAwait(false))
            {
                await FleetRecordFile.WriteAsync(records, file, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            File.Delete(path); // a part of the records would look like all
            if (e is IOException or UnauthorizedAccessException)
            {
                throw Failed(e.Message, e);
            }

            throw;
        }
    }

    private static FileStream Create(string path)
    {
        try
        {
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(File.Exists(path) ? $"{path} exists already; name another file." : e.Message, e);
        }
    }

    private static ToolException Failed(string what, Exception cause) => new(ExitCode.File, $"--save: {what}", cause);

    private static async Task<List<FleetRecord>> ReadRecordsAsync(JournalText text, CancellationToken cancellationToken)
    {
        var records = new List<FleetRecord>();
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', text.Lines.Select(line => line.Text))));
        try
        {
            await foreach (FleetRecord record in FleetRecordFile.ReadAsync(stream, cancellationToken).ConfigureAwait(false))
            {
                records.Add(record);
            }
        }
        catch (JsonException e)
        {
            throw new ToolException(ExitCode.File, $"{text.Path}: {e.Message}", e);
        }

        return records;
    }
}
