using System.ComponentModel;
using System.Diagnostics;
using Earshot.RealServer;

namespace Earshot.Chaos.JetStream;

/// <summary>
/// Starts servers whose store is on a small disk in memory of its own, which is gone with the server. Root, or a system that lets users have
/// namespaces, can do that.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earshot-disk-").FullName;

    /// <summary>The program to start such a server with.</summary>
    public string Binary => Path.Combine(_folder, "server.sh");

    /// <summary>Null where the system does not allow it.</summary>
    public static async Task<SmallDisk?> TryCreateAsync(int mebibytes, CancellationToken cancellationToken)
    {
        var disk = new SmallDisk();
        if (!OperatingSystem.IsLinux() || !await MayMountAsync(disk._folder, cancellationToken))
        {
            disk.Dispose();
            return null;
        }

        string server = await NatsServerLocator.Newest;
        // The configuration (the second argument) is in the folder of the server; its store is the folder next to it.
        await File.WriteAllTextAsync(
            disk.Binary,
            $"#!/bin/sh\ndisk=\"$(dirname \"$2\")/js\"\nmkdir -p \"$disk\"\n"
            + $"exec unshare -r -m sh -c 'mount -t tmpfs -o size={mebibytes}m tmpfs \"$0\" && exec \"{server}\" \"$@\"' \"$disk\" \"$@\"\n",
            cancellationToken);
        File.SetUnixFileMode(disk.Binary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return disk;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<bool> MayMountAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start("unshare", ["-r", "-m", "mount", "-t", "tmpfs", "tmpfs", folder]);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    }
}
