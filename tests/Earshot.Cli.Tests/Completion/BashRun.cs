using System.Diagnostics;
using Xunit;

namespace Earshot.Cli.Tests.Completion;

/// <summary>Runs a script in bash to its end.</summary>
internal static class BashRun
{
    internal static async Task<string> RunAsync(string script)
    {
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
