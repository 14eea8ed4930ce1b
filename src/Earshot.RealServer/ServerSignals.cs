using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Earshot.RealServer;

/// <summary>Sends Unix signals, with the numbers of Linux and macOS. Throws on Windows, which has none.</summary>
internal static class ServerSignals
{
    internal static void Send(Process process, ServerSignal signal)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Signals to a nats-server need Linux or macOS.");
        }

        // A process that has ended may have given its id to another one already.
        if (process.HasExited)
        {
            throw new InvalidOperationException($"nats-server has exited; {signal} cannot be sent.");
        }

        if (KillProcess(process.Id, Number(signal)) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }

        if (signal == ServerSignal.Freeze)
        {
            WaitUntilFrozen(process.Id);
        }
    }

    // The signal is delivered to one thread, and the others run on for a moment; only the kernel knows when all have
    // stopped. The status is read and left in place, because the runtime collects it when the process ends.
    private static void WaitUntilFrozen(int processId)
    {
        const int OneProcess = 1;
        int options = OperatingSystem.IsMacOS() ? 0x04 | 0x08 | 0x20 : 0x04 | 0x02 | 0x01000000;
        int result = WaitForChild(OneProcess, processId, new byte[256], options);
        if (result != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private static int Number(ServerSignal signal)
    {
        bool mac = OperatingSystem.IsMacOS();
        return signal switch
        {
            ServerSignal.Reload => 1,
            ServerSignal.Kill => 9,
            ServerSignal.Terminate => 15,
            ServerSignal.LameDuck => mac ? 31 : 12,
            ServerSignal.Freeze => mac ? 17 : 19,
            ServerSignal.Continue => mac ? 19 : 18,
            _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
        };
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int KillProcess(int processId, int signal);

    [DllImport("libc", EntryPoint = "waitid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int WaitForChild(int idType, int id, byte[] information, int options);
}
