using System.Diagnostics;

namespace Earshot.Simulation.Tests;

/// <summary>Runs the simulation in a process of its own, whose thread pool has one thread.</summary>
internal static class ChildSimulation
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "Earshot.Simulation.dll");

    /// <summary>Returns the exit code and everything that was printed.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [s_program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, output + await errors);
    }
}
