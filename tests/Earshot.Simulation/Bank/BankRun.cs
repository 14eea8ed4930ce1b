using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Earshot.Simulation.Bank;

/// <summary>Looks for defects in a built copy of the source: by simulation, and where that sees nothing, by the tests of the client.</summary>
internal sealed partial class BankRun(BankCopy copy, int limit, TextWriter output)
{
    private const string FirstSeed = "1";
    private const string FirstSeedOfNames = "4294967296"; // those below have none

    /// <summary>The number of seeds in which the simulation looks for one defect.</summary>
    public int Limit => limit;

    public async Task<Finding> FindAsync(Defect defect, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        (int exitCode, string printed) = await copy.SimulateAsync(
            defect.Name, ["--first", "--from", IsOfNames(defect) ? FirstSeedOfNames : FirstSeed, "--count", limit.ToString(CultureInfo.InvariantCulture), .. SeedsFor(defect)], cancellationToken).ConfigureAwait(false);
        var finding = new Finding(defect)
        {
            Rule = exitCode == 0 ? null : RuleOf().Match(printed) is { Success: true } rule ? rule.Groups[1].Value : "no-hang-or-crash",
            Seeds = SeedsOf().Match(printed) is { Success: true } seeds ? int.Parse(seeds.Groups[1].Value, CultureInfo.InvariantCulture) : 0,
            Time = watch.Elapsed,
        };
        if (finding.Rule is null)
        {
            string[] failed = await copy.FailedTwiceAsync(defect.Name, TestSelection.OfClient, cancellationToken).ConfigureAwait(false);
            finding = finding with { Test = failed.FirstOrDefault(), FailedTests = failed.Length, Time = watch.Elapsed };
        }

        await output.WriteLineAsync($"{defect.Name}: {finding.Rule ?? finding.Test ?? "not found"} ({finding.Seeds} seeds, {finding.Time.TotalSeconds:F1} s)").ConfigureAwait(false);
        return finding;
    }

    // Other seeds cannot find it.
    private static string[] SeedsFor(Defect defect) => IsOfNames(defect) ? ["--names"] : IsOfPushOrBatches(defect) ? ["--push-and-batches"] : IsOfJetStream(defect) ? ["--jetstream"] : [];

    private static bool IsOfNames(Defect defect) => defect.Name.StartsWith("name-", StringComparison.Ordinal);

    private static bool IsOfPushOrBatches(Defect defect) =>
        defect.Changes.All(static change => change.File.StartsWith("src/Earshot.JetStream/Consuming/Push/", StringComparison.Ordinal) || change.File.StartsWith("src/Earshot.JetStream/Batches/", StringComparison.Ordinal));

    private static bool IsOfJetStream(Defect defect) => defect.Changes.All(static change => change.File.StartsWith("src/Earshot.JetStream/", StringComparison.Ordinal) || change.File.StartsWith("src/Earshot.KeyValueStore/", StringComparison.Ordinal));

    [GeneratedRegex(@"^  [0-9.]+ ([a-z-]+): ", RegexOptions.Multiline)]
    private static partial Regex RuleOf();

    [GeneratedRegex(@"^([0-9]+) seeds ", RegexOptions.Multiline)]
    private static partial Regex SeedsOf();
}
