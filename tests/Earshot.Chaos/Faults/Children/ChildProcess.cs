using System.Diagnostics;

namespace Earshot.Chaos.Faults;

/// <summary>This program once more, as a client in a process of its own that a fault is injected into. It prints a table of its figures.</summary>
internal sealed class ChildProcess : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    private readonly string _fault;

    private ChildProcess(string fault, Process process) => (_fault, Process) = (fault, process);

    public Process Process { get; }

    /// <param name="fault">The number of the fault.</param>
    /// <param name="url">The address of the server.</param>
    /// <param name="before">A program with arguments that runs it; it must not stay itself, if signals are to be sent.</param>
    /// <param name="environment">Environment variables.</param>
    public static ChildProcess Start(string fault, string url, string[]? before = null, (string Name, string Value)[]? environment = null)
    {
        string assembly = typeof(ChildProcess).Assembly.Location;
        string[] command = [.. before ?? [], "dotnet", assembly, "child", fault, "--url", url];
        var info = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        foreach ((string name, string value) in environment ?? [])
        {
            info.Environment[name] = value;
        }

        return new ChildProcess(fault, Process.Start(info)!);
    }

    /// <summary>Waits for its end and adds its figures; a child that crashes or does not end is a failed one.</summary>
    public async Task AddToAsync(ChaosTable table, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        bool ended = false;
        try
        {
            string output = await Process.StandardOutput.ReadToEndAsync(limit.Token);
            await Process.WaitForExitAsync(limit.Token);
            ended = table.AddPrinted(output) && (Process.ExitCode is 0 or 1); // 1: a figure is out of its bound, which the table has
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Counted below.
        }

        table.None($"{_fault} processes that ended otherwise than planned", ended ? 0 : 1);
    }

    public void Dispose()
    {
        if (!Process.HasExited)
        {
            Process.Kill(entireProcessTree: true);
        }

        Process.Dispose();
    }
}
