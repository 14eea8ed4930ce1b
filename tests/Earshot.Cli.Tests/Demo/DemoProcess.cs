using System.Diagnostics;
using Earshot.RealServer;

namespace Earshot.Cli.Tests.Demo;

/// <summary>
/// The tool as a separate process, with a renamed nats-server, so that the servers of this run can be distinguished from all
/// others of the machine; or without any nats-server to be found. It does not check the output.
/// </summary>
internal sealed class DemoProcess : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly string _folder;

    private DemoProcess(Process process, string folder)
    {
        (_process, _folder) = (process, folder);
        Errors = process.StandardError.ReadToEndAsync();
    }

    internal StreamReader Output => _process.StandardOutput;

    /// <summary>All that is written to the standard error, once the process has ended.</summary>
    internal Task<string> Errors { get; }

    /// <param name="real">Real servers, or those of the tool; then NATS_SERVER names a file that does not exist.</param>
    /// <param name="arguments">More of them.</param>
    internal static async Task<DemoProcess> StartAsync(bool real, params string[] arguments)
    {
        string folder = Directory.CreateTempSubdirectory("earshot-demo-test-").FullName;
        string link = Path.Combine(folder, "nats-server");
        if (real)
        {
            File.CreateSymbolicLink(link, await NatsServerLocator.Newest);
            arguments = arguments.Contains("--fleet") ? arguments : ["--real", .. arguments];
        }

        arguments = arguments.Contains("--fleet") ? arguments : ["--fast", .. arguments];

        string tool = Path.Combine(AppContext.BaseDirectory, "Earshot.Cli.dll");
        var info = new ProcessStartInfo("dotnet", ["exec", tool, "demo", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["NATS_SERVER"] = link },
        };
        return new DemoProcess(Process.Start(info)!, folder);
    }

    internal void Interrupt()
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -INT {_process.Id}"]);
        kill.WaitForExit();
    }

    internal async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken).WaitAsync(s_limit, cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>The command lines of the servers of this run that are still there.</summary>
    internal async Task<IReadOnlyList<string>> FindServersAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> all = OperatingSystem.IsLinux() ? ReadProcessTable() : await AskForProcessTableAsync(cancellationToken);
        // The shells that guard them have the path in their command lines too, but further behind.
        return [.. all.Where(line => line.StartsWith(_folder, StringComparison.Ordinal))];
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static IEnumerable<string> ReadProcessTable()
    {
        foreach (string? process in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended while the table was read.
                continue;
            }

            yield return line;
        }
    }

    private static async Task<IReadOnlyList<string>> AskForProcessTableAsync(CancellationToken cancellationToken)
    {
        using Process ps = Process.Start(new ProcessStartInfo("ps", ["-axww", "-o", "command"]) { RedirectStandardOutput = true })!;
        return (await ps.StandardOutput.ReadToEndAsync(cancellationToken)).Split('\n');
    }
}
