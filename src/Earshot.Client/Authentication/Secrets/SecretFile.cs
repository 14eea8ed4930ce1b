using Microsoft.Win32.SafeHandles;

namespace Earshot.Authentication;

/// <summary>Reads small secret files. Nothing is cached, so that a rotated file is used by the next attempt. The caller clears the bytes.</summary>
internal static class SecretFile
{
    /// <exception cref="NatsCredentialsException">It cannot be read, is empty or larger than 64 KiB.</exception>
    public static async ValueTask<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, options: FileOptions.Asynchronous);
            long length = RandomAccess.GetLength(file);
            if (length > CredsText.SizeLimit)
            {
                throw new NatsCredentialsException(path, "it is larger than 64 KiB");
            }

            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length, pinned: true);
            int read = 0;
            while (read < bytes.Length)
            {
                int count = await RandomAccess.ReadAsync(file, bytes.AsMemory(read), read, cancellationToken).ConfigureAwait(false);
                if (count == 0)
                {
                    break;
                }

                read += count;
            }

            return read == bytes.Length ? bytes : throw new NatsCredentialsException(path, "it changed while it was being read");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NatsCredentialsException(path, "there is no such file", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new NatsCredentialsException(path, Directory.Exists(path) ? "it is a folder" : "it cannot be read (permissions?)", e);
        }
    }
}
