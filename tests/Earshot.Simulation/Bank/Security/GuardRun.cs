using System.Diagnostics;

namespace Earshot.Simulation.Bank.Security;

/// <summary>Removes the guards of the security rules in a built copy, one at a time, and looks for tests that fail without them.</summary>
internal sealed class GuardRun(BankCopy copy, TextWriter output)
{
    /// <summary>Runs the tests of all guards, with all guards in place.</summary>
    /// <exception cref="InvalidOperationException">A test failed.</exception>
    public async Task CheckAsync(IEnumerable<Defect> guards, CancellationToken cancellationToken)
    {
        foreach (TestSelection tests in guards.Select(static guard => guard.Tests!).DistinctBy(static tests => tests.ToString()))
        {
            await copy.RequirePassAsync(tests, output, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes one guard.</summary>
    public async Task<Finding> FindAsync(Defect guard, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        string[] failed = await copy.FailedTwiceAsync(guard.Name, guard.Tests!, cancellationToken).ConfigureAwait(false);
        var finding = new Finding(guard) { Test = failed.FirstOrDefault(), FailedTests = failed.Length, Time = watch.Elapsed };
        await output.WriteLineAsync($"{guard.Name}: {finding.Test ?? "NOT FOUND"} ({failed.Length} tests, {finding.Time.TotalSeconds:F1} s)").ConfigureAwait(false);
        return finding;
    }
}
