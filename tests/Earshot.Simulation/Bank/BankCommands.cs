namespace Earshot.Simulation.Bank;

/// <summary>The two steps of the bug bank: a copy of the source with switches, and the search for each defect in it.</summary>
internal static class BankCommands
{
    private const string Defects = "tests/Earshot.Simulation/Bank/Defects";
    private const string Page = "docs/bug-bank.md";

    public static int Copy(string root, string tree)
    {
        BankTree.Create(root, tree, DefectReader.ReadAll(Path.Combine(root, Defects)));
        return 0;
    }

    public static async Task<int> RunAsync(BankRun run, string root, string? only, CancellationToken cancellationToken)
    {
        IReadOnlyList<Defect> defects = [.. DefectReader.ReadAll(Path.Combine(root, Defects)).Where(defect => only is null || defect.Name == only)];
        var found = new Finding[defects.Count];
        await Parallel.ForAsync(
            0,
            defects.Count,
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken },
            async (i, stop) => found[i] = await run.FindAsync(defects[i], stop).ConfigureAwait(false)).ConfigureAwait(false);

        if (only is null)
        {
            await File.WriteAllTextAsync(Path.Combine(root, Page), BankTable.Of(found, run.Limit), cancellationToken).ConfigureAwait(false);
        }

        return Array.TrueForAll(found, finding => finding.IsFound) ? 0 : 1;
    }
}
