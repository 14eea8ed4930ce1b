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
    private const int WouldBlockOnLinux = 11; // EAGAIN
    private const int WouldBlockOnMac = 35;

    // POSIX: a pipe takes so few bytes whole, or none of them (PIPE_BUF).
    private static readonly int s_whole = OperatingSystem.IsLinux() ? 4096 : 512;

    private readonly Stream _console = Console.OpenStandardOutput();

    /// <summary>Whether the standard output is a pipe. Of a file, several handles share the position, which only the console's stream respects.</summary>
    internal static bool IsAvailable { get; } = Find();

    // The other ways to write lead here, as in every class that derives from FileStream.
    public override void Write(byte[] buffer, int offset, int count)
    {
        for (int i = 0; i < count; i += s_whole)
        {
            WriteWhole(buffer, offset + i, Math.Min(count - i, s_whole));
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    private void WriteWhole(byte[] buffer, int offset, int count)
    {
        try
        {
            base.Write(buffer, offset, count);
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            throw new OutputClosedException(e);
        }
        catch (IOException e) when (e.HResult is WouldBlockOnLinux or WouldBlockOnMac)
        {
            // The pipe is full, and another program that has it as well has made it non-blocking. The stream of the console waits.
            _console.Write(buffer, offset, count);
        }
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
