using System.Diagnostics;

namespace Earshot.RealServer;

/// <summary>
/// Starts a server process that cannot outlive this one, however this one ends. It does not read its output or wait for
/// it.
/// </summary>
internal static class ServerLauncher
{
    // The shell becomes the server (exec keeps the process id). The background part holds the read end of our pipe: if
    // this process dies the pipe breaks and it kills the server; a line means that the server was looked after. A
    // death signal set by the kernel would do as well, but it fires when the starting thread ends, and pool threads do.
    private const string Script =
        "exec 3<&0 0</dev/null; (read -r _ <&3 || kill -9 $$) >/dev/null 2>&1 & exec 3<&-; exec \"$@\"";

    internal static Process Start(string binary, IEnumerable<string> arguments)
    {
        ProcessStartInfo info = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(binary)
            : new ProcessStartInfo("/bin/sh", ["-c", Script, "sh", binary]);
        foreach (string argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        info.RedirectStandardInput = true;
        info.RedirectStandardError = true;
        return Process.Start(info) ?? throw new InvalidOperationException($"'{binary}' could not be started.");
    }

    /// <summary>Releases the guard of an ended server. Must be called after its end, because an ended guard no longer protects the server.</summary>
    internal static void Release(Process process)
    {
        try
        {
            process.StandardInput.Write('\n');
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The guard has already ended; nothing is left to release.
        }
    }
}
