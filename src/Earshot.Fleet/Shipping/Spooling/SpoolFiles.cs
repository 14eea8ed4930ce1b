using Earshot.Fleet.Streams;

namespace Earshot.Fleet.Shipping;

/// <summary>The files of a spool directory: one for each process, which holds it open for as long as it runs.</summary>
/// <param name="directory">The directory.</param>
/// <param name="service">The name of the service, which is a token of a subject and therefore safe in the name of a file.</param>
internal sealed class SpoolFiles(string directory, string service)
{
    private const string Prefix = "earshot-journal-";
    private const string Extension = ".jsonl";

    // Another process may have created an empty file and not locked it yet.
    private static readonly TimeSpan s_oldestNew = TimeSpan.FromMinutes(1);

    /// <summary>Creates the file of this process.</summary>
    /// <param name="process">What makes the name unique: the id of a connection of the process.</param>
    /// <exception cref="IOException">The file cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be created.</exception>
    public FileStream Create(string process)
    {
        Directory.CreateDirectory(directory);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Path.Combine(directory, $"{Prefix}{service}-{process}{Extension}"), options);
    }

    /// <summary>The files of processes that have ended, the oldest first. Of those beyond the limit, the oldest are deleted.</summary>
    /// <param name="limit">The maximum length of all, in bytes.</param>
    /// <param name="now">The present time.</param>
    public IReadOnlyList<string> OfEnded(long limit, DateTimeOffset now)
    {
        var files = new DirectoryInfo(directory).EnumerateFiles($"{Prefix}{service}-*{Extension}").Where(IsOwn).OrderByDescending(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal).ToList();
        var kept = new List<string>();
        foreach (FileInfo file in files)
        {
            bool isNew = file.Length == 0 && now - file.LastWriteTimeUtc < s_oldestNew;
            if (isNew || LengthOf(file.FullName) is not { } length)
            {
                continue; // its process runs
            }

            limit -= length;
            if (limit >= 0 && length > 0)
            {
                kept.Insert(0, file.FullName);
            }
            else
            {
                Delete(file);
            }
        }

        return kept;
    }

    // One that may not be deleted does not keep back the others.
    private static void Delete(FileInfo file)
    {
        try
        {
            file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Opens the file of a process that has ended; null: it runs, or the file is not there any more.</summary>
    public static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.None });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long? LengthOf(string path)
    {
        using FileStream? file = TryOpen(path);
        return file is { CanSeek: true } ? file.Length : null; // what has no length is no file
    }

    // The service may be the beginning of another one's name.
    private bool IsOwn(FileInfo file) => file.LinkTarget is null && FleetSubjects.IsToken(file.Name[(Prefix.Length + service.Length + 1)..^Extension.Length]) && !file.Name[(Prefix.Length + service.Length + 1)..].Contains('-', StringComparison.Ordinal);
}
