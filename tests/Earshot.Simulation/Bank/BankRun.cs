using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Earshot.Simulation.Bank;

/// <summary>Looks for defects in a built copy of the source: by simulation, and where that sees nothing, by the tests of the client.</summary>
internal sealed partial class BankRun(string tree, int limit, TextWriter output)
{
    private const string FirstSeed = "1";
    private const int MostRepeated = 50;

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5); // a defect may make a test hang

    /// <summary>The number of seeds in which the simulation looks for one defect.</summary>
    public int Limit => limit;

    public async Task<Finding> FindAsync(Defect defect, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        string program = Path.Combine(tree, "tests/Earshot.Simulation/bin/Release/net10.0/Earshot.Simulation.dll");
        (int exitCode, string printed) = await RunAsync(
            defect, [program, "--first", "--from", FirstSeed, "--count", limit.ToString(CultureInfo.InvariantCulture), .. SeedsFor(defect)], cancellationToken).ConfigureAwait(false);
        var finding = new Finding(defect)
        {
            Rule = exitCode == 0 ? null : RuleOf().Match(printed) is { Success: true } rule ? rule.Groups[1].Value : "no-hang-or-crash",
            Seeds = SeedsOf().Match(printed) is { Success: true } seeds ? int.Parse(seeds.Groups[1].Value, CultureInfo.InvariantCulture) : 0,
            Time = watch.Elapsed,
        };
        if (finding.Rule is null)
        {
            string[] failed = await FailedTestsAsync(defect, cancellationToken).ConfigureAwait(false);
            finding = finding with { Test = failed.FirstOrDefault(), FailedTests = failed.Length, Time = watch.Elapsed };
        }

        await output.WriteLineAsync($"{defect.Name}: {finding.Rule ?? finding.Test ?? "not found"} ({finding.Seeds} seeds, {finding.Time.TotalSeconds:F1} s)").ConfigureAwait(false);
        return finding;
    }

    // A test has found a defect when it fails twice: one that depends on the load of the machine has not.
    private async Task<string[]> FailedTestsAsync(Defect defect, CancellationToken cancellationToken)
    {
        // Figures of memory depend on the build, which differs.
        string[] failed = await RunTestsAsync(defect, ["-trait-", "Duration=Long", "-namespace-", "Earshot.Client.Tests.Allocations"], cancellationToken).ConfigureAwait(false);
        return failed.Length == 0 ? failed : await RunTestsAsync(defect, failed.Take(MostRepeated).SelectMany(static test => new[] { "-method", test }), cancellationToken).ConfigureAwait(false);
    }

    private async Task<string[]> RunTestsAsync(Defect defect, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        string tests = Path.Combine(tree, "tests/Earshot.Client.Tests/bin/Release/net10.0/Earshot.Client.Tests.dll");
        (_, string printed) = await RunAsync(defect, [tests, "-noColor", "-noLogo", .. arguments], cancellationToken).ConfigureAwait(false);
        return [.. FailedTests().Matches(printed).Select(static test => test.Groups[1].Value).Distinct(StringComparer.Ordinal)];
    }

    // Other seeds cannot find it.
    private static string[] SeedsFor(Defect defect) => IsOfPushOrBatches(defect) ? ["--push-and-batches"] : IsOfJetStream(defect) ? ["--jetstream"] : [];

    private static bool IsOfPushOrBatches(Defect defect) =>
        defect.Changes.All(static change => change.File.StartsWith("src/Earshot.JetStream/Consuming/Push/", StringComparison.Ordinal) || change.File.StartsWith("src/Earshot.JetStream/Batches/", StringComparison.Ordinal));

    private static bool IsOfJetStream(Defect defect) => defect.Changes.All(static change => change.File.StartsWith("src/Earshot.JetStream/", StringComparison.Ordinal) || change.File.StartsWith("src/Earshot.KeyValueStore/", StringComparison.Ordinal));

    private static async Task<(int ExitCode, string Printed)> RunAsync(Defect defect, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[BankTree.Switch] = defect.Name;
        using Process process = Process.Start(start)!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_longest);
        await using CancellationTokenRegistration end = timeout.Token.Register(static process => ((Process)process!).Kill(), process);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellationToken);
        string printed = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        await errors.ConfigureAwait(false);
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return (process.ExitCode, printed);
    }

    [GeneratedRegex(@"^  [0-9.]+ ([a-z-]+): ", RegexOptions.Multiline)]
    private static partial Regex RuleOf();

    [GeneratedRegex(@"^ *([\w.+]+)(?:\(.*\))? \[FAIL\]", RegexOptions.Multiline)]
    private static partial Regex FailedTests();

    [GeneratedRegex(@"^([0-9]+) seeds ", RegexOptions.Multiline)]
    private static partial Regex SeedsOf();
}
