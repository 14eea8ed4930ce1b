using System.Diagnostics;

namespace Earshot.Simulation.Bank.Security;

/// <summary>Removes the guards of the security rules in a built copy, one at a time, and looks for tests that fail without them.</summary>
internal sealed class GuardRun(BankCopy copy, TextWriter output)
{
    /// <summary>Runs the tests of all guards without a defect: a test that fails twice then proves nothing.</summary>
    /// <exception cref="InvalidOperationException">A test failed.</exception>
    public async Task CheckAsync(IEnumerable<Defect> guards, CancellationToken cancellationToken)
    {
        foreach (TestSelection tests in guards.Select(static guard => guard.Tests!).DistinctBy(static tests => tests.ToString()))
        {
            string[] failed = await copy.FailedTwiceAsync("", tests, cancellationToken).ConfigureAwait(false);
            await output.WriteLineAsync($"{tests}: {(failed.Length == 0 ? "passed" : "FAILED")} with all guards").ConfigureAwait(false);
            if (failed.Length > 0)
            {
                throw new InvalidOperationException($"{failed[0]} fails with all guards in place.");
            }
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
