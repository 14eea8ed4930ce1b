using System.Diagnostics;
using Earshot.Testing;
using Xunit;

namespace Earshot.Conformance.Tests.Scenarios;

/// <summary>The runs of <c>./chaos faults</c>: each is a process of its own, whose exit code says whether all its bounds hold.</summary>
public sealed class FaultTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData("F11")]
    [InlineData("F16")]
    [InlineData("F32")]
    [InlineData("F36")]
    [InlineData("F40")]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public Task Fault_of_a_few_seconds_stays_within_its_bounds(string fault) => RunAsync(fault, "--quick");

    [Theory]
    [InlineData("F09", "F14", "F15", "F16", "F26", "F27", "F32", "F36")] // they wait most of the time
    [InlineData("F28")]
    [InlineData("F29")]
    [InlineData("F30")]
    [InlineData("F40")] // measures latency
    [Trait("Duration", "Long")]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public Task Fault_of_its_full_duration_stays_within_its_bounds(params string[] faults) => Task.WhenAll(faults.Select(fault => RunAsync(fault)));

    private static async Task RunAsync(string fault, params string[] more)
    {
        // .../tests/Earshot.Conformance.Tests/bin/Debug/net10.0: the program is built with the same configuration.
        var bin = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        string program = Path.Combine(bin.Parent!.Parent!.Parent!.Parent!.FullName, "Earshot.Chaos", "bin", bin.Parent.Name, bin.Name, "Earshot.Chaos.dll");
        Assert.True(File.Exists(program), $"{program} is not built");
        using Process run = Process.Start(new ProcessStartInfo("dotnet", [program, "faults", "--only", fault, .. more]) { RedirectStandardOutput = true })!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(s_limit);
        try
        {
            string output = await run.StandardOutput.ReadToEndAsync(limit.Token);
            await run.WaitForExitAsync(limit.Token);
            Assert.True(run.ExitCode == 0, output);
            Assert.Contains($"| {fault} ", output, StringComparison.Ordinal); // it has measured something
        }
        finally
        {
            run.Kill(entireProcessTree: true);
        }
    }
}
