using System.ComponentModel;
using System.Diagnostics;

namespace Earshot.Chaos.Faults;

/// <summary>F29: a client in a network namespace with ten local ports, all of which are taken while its session is lost.</summary>
internal static class PortFault
{
    private static readonly string[] s_namespace = ["unshare", "--user", "--map-root-user", "--net"];

    public static async Task RunAsync(FaultSetting setting, CancellationToken cancellationToken)
    {
        if (!await MayCreateAsync(cancellationToken))
        {
            setting.Table.Tell("F29 namespace with ten ports", "not run: needs Linux with namespaces of users");
            return;
        }

        using var child = ChildProcess.Start("F29", "", before: s_namespace);
        await child.AddToAsync(setting.Table, cancellationToken);
    }

    private static async Task<bool> MayCreateAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(s_namespace[0], [.. s_namespace[1..], "ip", "link", "set", "lo", "up"]);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    }
}
