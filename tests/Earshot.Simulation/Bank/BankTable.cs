using System.Globalization;
using System.Text;

namespace Earshot.Simulation.Bank;

/// <summary>The page about the bug bank.</summary>
internal static class BankTable
{
    public static string Of(IReadOnlyList<Finding> findings, int limit)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # The bug bank

            Known defects that are switched on, one at a time, in a copy of the source; `./bugbank` builds the copy, looks for each defect and writes this
            page. The simulation looks in at most {limit} seeds, from seed 1 on, for defects of names from 4,294,967,296 on; where it finds nothing, the tests of the entry or of the client run,
            and those that fail run again: a test has found the defect when it fails twice.
            [simulation.md](simulation.md) describes the invariants.

            {findings.Count} defects: {findings.Count(finding => finding.Rule is not null)} found by the simulation, {findings.Count(finding => finding.Test is not null)} by tests only, {findings.Count(finding => !finding.IsFound)} not found.

            | Defect | What is wrong | Found by | Seeds | Seconds |
            |---|---|---|--:|--:|

            """);
        foreach (Finding finding in findings)
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"| {finding.Defect.Name} | {finding.Defect.Description} | {FoundBy(finding)} | {finding.Seeds} | {finding.Time.TotalSeconds:F1} |");
        }

        return page.ToString();
    }

    /// <summary>The tests that found a defect.</summary>
    public static string TestsOf(Finding finding) => finding switch
    {
        { Test: { } test, FailedTests: 1 } => $"the test `{NameOf(test)}`",
        { Test: { } test } => $"{finding.FailedTests} tests, the first is `{NameOf(test)}`",
        _ => "**nothing**",
    };

    private static string FoundBy(Finding finding) => finding.Rule is { } rule ? $"`{rule}`" : TestsOf(finding);

    private static string NameOf(string test) => test.Split('.')[^1];
}
