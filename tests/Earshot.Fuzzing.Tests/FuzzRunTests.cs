using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Earshot.Fuzzing.Targets;
using Xunit;

namespace Earshot.Fuzzing.Tests;

/// <summary>All targets for a time, in a process whose assemblies are instrumented.</summary>
public sealed partial class FuzzRunTests
{
    [Fact]
    public Task Twenty_seconds_find_nothing() => RunAsync(20);

    [Fact]
    [Trait("Duration", "Long")]
    public Task Sixty_seconds_find_nothing() => RunAsync(60);

    private static async Task RunAsync(int seconds)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "Earshot.Fuzzing.dll"), "run", seconds.ToString(CultureInfo.InvariantCulture), Path.Combine(AppContext.BaseDirectory, "Corpus")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process run = Process.Start(start)!;
        Task<string> errors = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await errors;
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, output);
        Console.WriteLine(output);
        Dictionary<string, (long Executions, int Edges)> reports = Line().Matches(output).ToDictionary(match => match.Groups[1].Value, match => (Number(match.Groups[2]), (int)Number(match.Groups[3])));
        Assert.Equal(FuzzTargets.All.Select(target => target.Name).Order(), reports.Keys.Order());
        Assert.All(reports.Values, report => Assert.True(report is { Executions: > 100, Edges: > 20 }, output)); // without instrumentation there are no edges
    }

    private static long Number(Group group) => long.Parse(group.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\S+) +([\d,]+) executions .* edges +([\d,]+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Line();
}
