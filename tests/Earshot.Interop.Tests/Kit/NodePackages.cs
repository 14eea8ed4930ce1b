using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Earshot.Interop.Tests.Kit;

/// <summary>
/// Installs the packages of the lock file into the git-ignored folder .cache of the repository, once for each content of the lock file.
/// The registry is the one of npm's configuration.
/// </summary>
internal static class NodePackages
{
    private const string Hint = "The tests with the other client need Node.js 20 or newer with npm on PATH; on Debian and Ubuntu: apt-get install nodejs npm.";

    private static readonly string[] s_files = ["package.json", "package-lock.json", ".npmrc", "peer.mjs"];

    /// <summary>The folder with the script and the list of packages.</summary>
    public static string Source { get; } = Path.Combine(AppContext.BaseDirectory, "Node");

    /// <summary>Returns the folder in which the script finds its packages.</summary>
    /// <param name="npm">The program that installs packages; another one for tests.</param>
    /// <exception cref="InvalidOperationException">A program is missing or failed; the message says what to install.</exception>
    public static async Task<string> InstallAsync(string npm = "npm")
    {
        byte[] lockFile = await File.ReadAllBytesAsync(Path.Combine(Source, "package-lock.json"));
        string folder = Path.Combine(Repository(), ".cache", "interop-node", Convert.ToHexStringLower(SHA256.HashData(lockFile))[..16]);
        Directory.CreateDirectory(folder);
        foreach (string file in s_files)
        {
            File.Copy(Path.Combine(Source, file), Path.Combine(folder, file), overwrite: true);
        }

        string done = Path.Combine(folder, "installed");
        if (!File.Exists(done))
        {
            await RunAsync(npm, folder, "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            await File.WriteAllTextAsync(done, "");
        }

        return folder;
    }

    /// <summary>Starts a program of Node.js.</summary>
    /// <exception cref="InvalidOperationException">The program is missing; the message says what to install.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"'{start.FileName}' could not be started: {e.Message}. {Hint}", e);
        }
    }

    private static async Task RunAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Start(start);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' ended with code {process.ExitCode}. {Hint}\n{await output}\n{errors}");
        }
    }

    private static string Repository()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Earshot.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The tests do not run from a folder of the repository.");
    }
}
