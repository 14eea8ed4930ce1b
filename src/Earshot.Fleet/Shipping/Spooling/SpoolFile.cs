namespace Earshot.Fleet.Shipping;

/// <summary>
/// The file of this process, which is held open, and so locked, until its end. It is written again under another name, so that at each moment one complete file is there;
/// a reader drops what both have. Not thread-safe.
/// </summary>
/// <param name="files">The directory.</param>
/// <param name="process">What makes its name unique.</param>
internal sealed class SpoolFile(SpoolFiles files, string process) : IAsyncDisposable
{
    private FileStream? _file;
    private int _written;

    /// <summary>The length in bytes; 0 before it is created.</summary>
    public long Length => _file?.Length ?? 0;

    /// <summary>Adds a line.</summary>
    public ValueTask AddAsync(byte[] line) => _file!.WriteAsync(line);

    /// <summary>Removes all lines.</summary>
    public void Clear() => _file!.SetLength(0);

    /// <summary>Creates the file, or replaces it by one with these lines.</summary>
    public async Task ReplaceAsync(IEnumerable<byte[]> lines)
    {
        FileStream next = files.Create(_written++ == 0 ? process : $"{process}_{_written}");
        try
        {
            foreach (byte[] line in lines)
            {
                await next.WriteAsync(line).ConfigureAwait(false);
            }
        }
        catch
        {
            await DeleteAsync(next).ConfigureAwait(false); // the file before it stays
            throw;
        }

        FileStream? before = _file;
        _file = next;
        await DeleteAsync(before).ConfigureAwait(false);
    }

    /// <summary>Closes the file, and deletes an empty one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_file is { Length: 0 } empty)
        {
            await DeleteAsync(empty).ConfigureAwait(false);
        }
        else if (_file is not null)
        {
            await _file.DisposeAsync().ConfigureAwait(false);
        }

        _file = null;
    }

    private static async Task DeleteAsync(FileStream? file)
    {
        if (file is not null)
        {
            await file.DisposeAsync().ConfigureAwait(false);
            File.Delete(file.Name);
        }
    }
}
