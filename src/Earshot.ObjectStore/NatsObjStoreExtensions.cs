namespace Earshot.ObjectStore;

/// <summary>Extension methods that write objects from files and read them into files.</summary>
public static class NatsObjStoreExtensions
{
    /// <summary>Writes an object from a file. An object of this name is replaced when all bytes are stored.</summary>
    /// <param name="store">The bucket.</param>
    /// <param name="key">The name of the object: any text that is not empty.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="opts">The options of the put. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the put.</param>
    /// <returns>The information of the object.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ValueTask<ObjectMetadata> PutFileAsync(this INatsObjStore store, string key, string path, NatsObjPutOpts? opts = null, CancellationToken cancellationToken = default) =>
        PutFileAsync(store, new ObjectMetadata { Name = key }, path, opts, cancellationToken);

    /// <summary>Writes an object with this information from a file. An object of this name is replaced when all bytes are stored.</summary>
    /// <param name="store">The bucket.</param>
    /// <param name="meta">The name and, when wanted, the description, the metadata, the headers and the chunk size. It is not modified.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="opts">The options of the put. Null: the defaults.</param>
    /// <param name="cancellationToken">Cancels the put.</param>
    /// <returns>The information of the object.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async ValueTask<ObjectMetadata> PutFileAsync(this INatsObjStore store, ObjectMetadata meta, string path, NatsObjPutOpts? opts = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(meta);
        ArgumentException.ThrowIfNullOrEmpty(path);
        cancellationToken.ThrowIfCancellationRequested();
        FileStream file = new(path, Options(FileMode.Open, FileAccess.Read));
        await using (file.ConfigureAwait(false))
        {
            return await store.PutAsync(meta, file, opts ?? NatsObjPutOpts.Default, leaveOpen: true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Reads an object into a file. The bytes are written to a temporary file in the same folder, which gets its name when all of them are
    /// read and checked: a get that fails leaves no file, and does not change one that exists.
    /// </summary>
    /// <param name="store">The bucket.</param>
    /// <param name="key">The name of the object or of a link to it.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="opts">The options of the get. Null: the defaults.</param>
    /// <param name="overwrite">Whether a file that exists is replaced; otherwise it is an error. Default: false.</param>
    /// <param name="cancellationToken">Cancels the get.</param>
    /// <returns>The information of the object, of a link that of its target.</returns>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    /// <exception cref="NatsObjNotFoundException">The object does not exist or is deleted.</exception>
    /// <exception cref="NatsObjChangedException">The object was deleted or replaced while it was read.</exception>
    /// <exception cref="NatsObjDigestException">The stored bytes are not those of the object.</exception>
    public static async ValueTask<ObjectMetadata> GetFileAsync(
        this INatsObjStore store, string key, string path, NatsObjGetOpts? opts = null, bool overwrite = false, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentException.ThrowIfNullOrEmpty(path);
        cancellationToken.ThrowIfCancellationRequested();
        string full = Path.GetFullPath(path);
        if (!overwrite && Path.Exists(full))
        {
            throw new IOException($"The file '{full}' exists.");
        }

        string part = Path.Combine(Path.GetDirectoryName(full)!, $".{Nuid.NewNuid()}.part");
        FileStream file = new(part, Options(FileMode.CreateNew, FileAccess.Write));
        try
        {
            ObjectMetadata info;
            await using (file.ConfigureAwait(false))
            {
                info = await store.GetAsync(key, file, opts ?? NatsObjGetOpts.Default, leaveOpen: true, cancellationToken).ConfigureAwait(false);
            }

            File.Move(part, full, overwrite);
            return info;
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    // Without a buffer of its own: chunks are read and written whole.
    private static FileStreamOptions Options(FileMode mode, FileAccess access) => new()
    {
        Mode = mode,
        Access = access,
        Share = FileShare.Read,
        BufferSize = 0,
        Options = FileOptions.Asynchronous | FileOptions.SequentialScan,
    };
}
