using Earshot.Simulation.Bank.Security;

namespace Earshot.Simulation.Bank;

/// <summary>The two steps of the bug bank: a copy of the source with switches, and the search for each defect in it. The same for the guards of the security rules.</summary>
internal static class BankCommands
{
    private const string Defects = "tests/Earshot.Simulation/Bank/Defects";
    private const string Guards = "tests/Earshot.Simulation/Bank/Guards";
    private const string Page = "docs/bug-bank.md";
    private const string SecurityPage = "docs/security-rules.md";

    private static readonly string[] s_copied = ["src", "tests", "samples"];

    public static int Copy(string root, string tree, bool forSecurity)
    {
        BankTree.Create(root, tree, s_copied, DefectReader.ReadAll(Path.Combine(root, forSecurity ? Guards : Defects)));
        return 0;
    }

    /// <summary>Removes the guards of the security rules; <paramref name="only"/> names rules or guards, separated by commas.</summary>
    public static async Task<int> RunSecurityAsync(GuardRun run, string root, string? only, CancellationToken cancellationToken)
    {
        IReadOnlyList<Defect> guards = Select(root, Guards, only, (guard, name) => guard.Name == name || guard.Name.StartsWith($"{name}-", StringComparison.Ordinal));
        await run.CheckAsync(guards, cancellationToken).ConfigureAwait(false);
        Finding[] found = await FindAllAsync(guards, run.FindAsync, cancellationToken).ConfigureAwait(false);
        if (only is null)
        {
            await File.WriteAllTextAsync(Path.Combine(root, SecurityPage), GuardTable.Of(found), cancellationToken).ConfigureAwait(false);
        }

        return Array.TrueForAll(found, static finding => finding.IsFound) ? 0 : 1;
    }

    public static async Task<int> RunAsync(BankRun run, string root, string? only, CancellationToken cancellationToken)
    {
        IReadOnlyList<Defect> defects = Select(root, Defects, only, (defect, name) => defect.Name == name);
        await run.CheckAsync(defects, cancellationToken).ConfigureAwait(false);
        Finding[] found = await FindAllAsync(defects, run.FindAsync, cancellationToken).ConfigureAwait(false);
        if (only is null)
        {
            await File.WriteAllTextAsync(Path.Combine(root, Page), BankTable.Of(found, run.Limit), cancellationToken).ConfigureAwait(false);
        }

        return Array.TrueForAll(found, finding => finding.IsFound) ? 0 : 1;
    }

    private static IReadOnlyList<Defect> Select(string root, string folder, string? only, Func<Defect, string, bool> isNamed)
    {
        IReadOnlyList<Defect> all = DefectReader.ReadAll(Path.Combine(root, folder));
        return only is null ? all : [.. only.Split(',').SelectMany(Named).Distinct()];

        IEnumerable<Defect> Named(string name) =>
            all.Any(defect => isNamed(defect, name)) ? all.Where(defect => isNamed(defect, name)) : throw new InvalidOperationException($"{folder} has no entry '{name}'.");
    }

    private static async Task<Finding[]> FindAllAsync(IReadOnlyList<Defect> defects, Func<Defect, CancellationToken, Task<Finding>> find, CancellationToken cancellationToken)
    {
        var found = new Finding[defects.Count];
        await Parallel.ForAsync(
            0,
            defects.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (i, stop) => found[i] = await find(defects[i], stop).ConfigureAwait(false)).ConfigureAwait(false);
        return found;
    }
}
