using System.Diagnostics;
using Xunit;

namespace Repository.Tests.Packages;

/// <summary>Runs a program, by default the SDK, to its end; a failure shows what it printed.</summary>
internal static class DotnetCommand
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    internal static Task<string> RunAsync(string folder, params string[] arguments) => RunProgramAsync("dotnet", folder, arguments);

    internal static async Task<string> RunProgramAsync(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1"; // no build node outlives the test
        start.Environment["UseSharedCompilation"] = "false";
        using Process process = Process.Start(start)!;
        using CancellationTokenRegistration kill = Cancel.Register(() => process.Kill(entireProcessTree: true));
        Task<string> errors = process.StandardError.ReadToEndAsync(Cancel);
        string output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}\n{await errors}");
        return output;
    }
}
