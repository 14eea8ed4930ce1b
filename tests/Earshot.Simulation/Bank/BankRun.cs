using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Earshot.Simulation.Bank;

/// <summary>Looks for defects in a built copy of the source: by simulation, and where that sees nothing, by the tests of the defect or of the client.</summary>
internal sealed partial class BankRun(BankCopy copy, int limit, TextWriter output)
{
    private const int SeedsWithoutDefect = 20;
    private const string Names = "names";
    private const string FirstSeed = "1";
    private const string FirstSeedOfNames = "4294967296"; // those below have none

    /// <summary>The number of seeds in which the simulation looks for one defect.</summary>
    public int Limit => limit;

    /// <summary>Runs what the search runs, without a defect: a simulation or a test that fails then has found nothing.</summary>
    /// <exception cref="InvalidOperationException">A seed or a test failed.</exception>
    public async Task CheckAsync(IEnumerable<Defect> defects, CancellationToken cancellationToken)
    {
        foreach (string? seeds in defects.Select(static defect => defect.Seeds).Distinct())
        {
            (int exitCode, string printed) = await SimulateAsync("", seeds, SeedsWithoutDefect, cancellationToken).ConfigureAwait(false);
            await output.WriteLineAsync($"{SeedsWithoutDefect} {seeds ?? "mixed"} seeds: {(exitCode == 0 ? "passed" : "FAILED")} without a defect").ConfigureAwait(false);
            if (exitCode != 0)
            {
                throw new InvalidOperationException($"A seed fails without a defect: {printed}");
            }
        }

        foreach (TestSelection tests in defects.Select(TestsFor).DistinctBy(static tests => tests.ToString()))
        {
            await copy.RequirePassAsync(tests, output, cancellationToken).ConfigureAwait(false);
        }
    }

    public async Task<Finding> FindAsync(Defect defect, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        (int exitCode, string printed) = await SimulateAsync(defect.Name, defect.Seeds, limit, cancellationToken).ConfigureAwait(false);
        var finding = new Finding(defect)
        {
            Rule = exitCode == 0 ? null : RuleOf().Match(printed) is { Success: true } rule ? rule.Groups[1].Value : "no-hang-or-crash",
            Seeds = SeedsOf().Matches(printed).LastOrDefault() is { } seeds ? int.Parse(seeds.Groups[1].Value, CultureInfo.InvariantCulture) : 0,
            Time = watch.Elapsed,
        };
        if (finding.Rule is null)
        {
            string[] failed = await copy.FailedTwiceAsync(defect.Name, TestsFor(defect), cancellationToken).ConfigureAwait(false);
            finding = finding with { Test = failed.FirstOrDefault(), FailedTests = failed.Length, Time = watch.Elapsed };
        }

        await output.WriteLineAsync($"{defect.Name}: {finding.Rule ?? finding.Test ?? "not found"} ({finding.Seeds} seeds, {finding.Time.TotalSeconds:F1} s)").ConfigureAwait(false);
        return finding;
    }

    private static TestSelection TestsFor(Defect defect) => defect.Tests ?? TestSelection.OfClient;

    private Task<(int ExitCode, string Printed)> SimulateAsync(string defect, string? seeds, int count, CancellationToken cancellationToken)
    {
        string first = seeds == Names ? FirstSeedOfNames : FirstSeed;
        string[] kind = seeds is null ? [] : [$"--{seeds}"];
        return copy.SimulateAsync(defect, ["--first", "--from", first, "--count", count.ToString(CultureInfo.InvariantCulture), .. kind], cancellationToken);
    }

    [GeneratedRegex(@"^  [0-9.]+ ([a-z-]+): ", RegexOptions.Multiline)]
    private static partial Regex RuleOf();

    // Of the lines about the progress the last one counts.
    [GeneratedRegex(@"^([0-9]+) seeds ", RegexOptions.Multiline)]
    private static partial Regex SeedsOf();
}
