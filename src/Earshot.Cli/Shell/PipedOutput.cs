using Microsoft.Win32.SafeHandles;

namespace Earshot.Cli.Shell;

/// <summary>
/// The standard output of this process where it is a pipe. Writing fails when its reader has ended, as <c>head</c> does; the stream of the
/// console hides that, and a verb without an end would run on for no reader. It does not close the handle.
/// </summary>
internal sealed class PipedOutput() : FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0)
{
    private const int StandardOutput = 1;
    private const int BrokenPipe = 32; // EPIPE, on Linux and on macOS

    /// <summary>Whether the standard output is a pipe. Of a file, several handles share the position, which only the console's stream respects.</summary>
    internal static bool IsAvailable { get; } = Find();

    // The other ways to write lead here, as in every class that derives from FileStream.
    public override void Write(byte[] buffer, int offset, int count)
    {
        try
        {
            base.Write(buffer, offset, count);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            throw new OutputClosedException(e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    private static bool Find()
    {
        if (OperatingSystem.IsWindows() || !Console.IsOutputRedirected)
        {
            return false;
        }

        using var output = new PipedOutput();
        return !output.CanSeek;
    }
}
