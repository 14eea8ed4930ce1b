using System.ComponentModel;
using System.Diagnostics;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Messages;

/// <summary>
/// Runs a command line of the shell for a message: the payload is its standard input, the subject is in <c>NATS_SUBJECT</c>, and what it
/// writes to its standard output is the result. A run is limited in time, and its output in size.
/// </summary>
internal sealed class Translator(string command, TimeSpan timeout, TimeProvider time)
{
    /// <summary>The number of bytes of output after which a run fails.</summary>
    internal const int MostBytes = 8 * 1024 * 1024;

    /// <summary>Runs the command.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="ToolException">It cannot be started, fails, takes too long, or writes too much.</exception>
    internal async Task<byte[]> RunAsync(string subject, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        using Process process = Start(subject);
        using var limit = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            Task feed = FeedAsync(process, payload, both.Token);
            byte[] output = await ReadAsync(process.StandardOutput.BaseStream, both.Token).ConfigureAwait(false);
            await feed.ConfigureAwait(false);
            await process.WaitForExitAsync(both.Token).ConfigureAwait(false);
            return process.ExitCode == 0 ? output : throw Failed($"ended with exit code {process.ExitCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"did not end within {timeout.TotalSeconds} s");
        }
        finally
        {
            End(process);
        }
    }

    private Process Start(string subject)
    {
        bool isWindows = OperatingSystem.IsWindows();
        var start = new ProcessStartInfo(isWindows ? "cmd.exe" : "/bin/sh", [isWindows ? "/c" : "-c", command]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["NATS_SUBJECT"] = subject;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw Failed("cannot be started: " + e.Message);
        }
    }

    // A command may end without having read its input.
    private static async Task FeedAsync(Process process, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            Stream input = process.StandardInput.BaseStream;
            await input.WriteAsync(payload, cancellationToken).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
        }
    }

    private async Task<byte[]> ReadAsync(Stream output, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        byte[] buffer = new byte[16 * 1024];
        for (int read; (read = await output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > MostBytes)
            {
                throw Failed($"wrote more than {MostBytes} bytes");
            }
        }

        return content.ToArray();
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    private ToolException Failed(string what) => new(ExitCode.Other, $"The command '{command}' {what}.");
}
