using System.Globalization;
using System.Text;

namespace Earshot.Simulation.Bank.Security;

/// <summary>The page about the security rules.</summary>
internal static class GuardTable
{
    public static string Of(IReadOnlyList<Finding> findings)
    {
        int proven = SecurityRules.All.Count(rule => rule.NoGuard is null && findings.Where(finding => rule.IsBrokenBy(finding.Defect)).All(static finding => finding.IsFound));
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            # Security rules and their tests

            A test of a security rule is worth something only if it fails without what it tests. `./bugbank --security` copies the source, removes the guards
            of the rules, one at a time, runs the tests of that rule, and writes this page. A guard counts as tested when the same tests pass
            with it and fail twice without it.

            {SecurityRules.All.Count} rules: {proven} proven by {findings.Count} removed guards, of which {findings.Count(static finding => !finding.IsFound)} were not noticed; {SecurityRules.All.Count(static rule => rule.NoGuard is not null)} have no guard in the source.


            """);
        foreach (SecurityRule rule in SecurityRules.All)
        {
            page.AppendLine(CultureInfo.InvariantCulture, $"## {rule.Id}").AppendLine();
            page.AppendLine(rule.Text).AppendLine();
            if (rule.NoGuard is { } reason)
            {
                page.AppendLine(CultureInfo.InvariantCulture, $"No guard to remove: {reason}.").AppendLine();
                continue;
            }

            page.AppendLine("| without the guard | noticed by |").AppendLine("|---|---|");
            foreach (Finding finding in findings.Where(finding => rule.IsBrokenBy(finding.Defect)))
            {
                page.AppendLine(CultureInfo.InvariantCulture, $"| {finding.Defect.Description} | {BankTable.TestsOf(finding)} |");
            }

            page.AppendLine();
        }

        return page.ToString().TrimEnd() + "\n";
    }
}
