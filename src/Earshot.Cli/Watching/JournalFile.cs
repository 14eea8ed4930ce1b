using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>
/// The journal of one connection as a file of JSON lines, written through to the system with each event: a process that is killed loses
/// at most the line that it was writing.
/// </summary>
internal sealed class JournalFile : IAsyncDisposable
{
    private readonly FileStream _file;

    private JournalFile(FileStream file) => _file = file;

    internal string Path => _file.Name;

    internal long Events { get; private set; }

    /// <summary>Creates a file for each connection; with several the names have their numbers: <c>night-1.jsonl</c>.</summary>
    /// <exception cref="ToolException">A file exists already or cannot be created.</exception>
    internal static IReadOnlyList<JournalFile> CreateAll(string path, int connections)
    {
        List<JournalFile> files = [];
        for (int i = 1; i <= connections; i++)
        {
            string name = connections == 1 ? path : System.IO.Path.ChangeExtension(path, null) + $"-{i}" + System.IO.Path.GetExtension(path);
            try
            {
                files.Add(new JournalFile(new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.Read)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                files.ForEach(static file => file.Delete());
                throw new ToolException(ExitCode.File, File.Exists(name) ? $"--record: {name} exists already; name another file." : $"--record: {e.Message}", e);
            }
        }

        return files;
    }

    internal async Task WriteAsync(NatsConnectionEvent e)
    {
        await NatsJournalExport.WriteAsync([e], _file).ConfigureAwait(false); // it flushes
        Events++;
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private void Delete()
    {
        _file.Dispose();
        File.Delete(Path);
    }
}
