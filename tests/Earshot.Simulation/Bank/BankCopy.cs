using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Earshot.Simulation.Bank;

/// <summary>A built copy of the source: runs its programs with one defect switched on, or with none.</summary>
internal sealed partial class BankCopy(string tree)
{
    private const int MostRepeated = 50;

    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5); // a defect may make a test hang

    /// <summary>
    /// The tests that find a defect: those that fail twice, because one that depends on the load of the machine has not found it. With an empty name no defect
    /// is switched on.
    /// </summary>
    /// <exception cref="InvalidOperationException">No test was run.</exception>
    public async Task<string[]> FailedTwiceAsync(string defect, TestSelection tests, CancellationToken cancellationToken)
    {
        string[] failed = await FailedAsync(defect, tests, cancellationToken).ConfigureAwait(false);
        return failed.Length == 0
            ? failed
            : await FailedAsync(defect, tests with { Arguments = [.. failed.Take(MostRepeated).SelectMany(static test => new[] { "-method", test })] }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Requires that tests pass with no defect switched on: those that fail then notice nothing.</summary>
    /// <exception cref="InvalidOperationException">A test failed twice, or none was run.</exception>
    public async Task RequirePassAsync(TestSelection tests, TextWriter output, CancellationToken cancellationToken)
    {
        string[] failed = await FailedTwiceAsync("", tests, cancellationToken).ConfigureAwait(false);
        await output.WriteLineAsync($"{tests}: {(failed.Length == 0 ? "passed" : "FAILED")} in the unchanged copy").ConfigureAwait(false);
        if (failed.Length > 0)
        {
            throw new InvalidOperationException($"{failed[0]} fails in the unchanged copy.");
        }
    }

    /// <summary>Runs the simulation; its exit code and what it printed.</summary>
    public Task<(int ExitCode, string Printed)> SimulateAsync(string defect, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync(defect, [Program("tests", "Earshot.Simulation"), .. arguments], cancellationToken);

    private async Task<string[]> FailedAsync(string defect, TestSelection tests, CancellationToken cancellationToken)
    {
        (_, string printed) = await RunAsync(defect, [Program("tests", tests.Project), "-noColor", "-noLogo", .. tests.Arguments], cancellationToken).ConfigureAwait(false);
        string[] failed = [.. FailedTests().Matches(printed).Select(static test => test.Groups[1].Value).Distinct(StringComparer.Ordinal)];
        return failed.Length > 0 || Total().Match(printed) is { Success: true, Groups: [_, { Value: not "0" }] }
            ? failed
            : throw new InvalidOperationException($"{tests} ran no test to its end: {printed[Math.Max(0, printed.Length - 1000)..]}");
    }

    private string Program(string folder, string project) => Path.Combine(tree, folder, project, "bin/Release/net10.0", $"{project}.dll");

    private static async Task<(int ExitCode, string Printed)> RunAsync(string defect, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment[BankTree.Switch] = defect;
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

    [GeneratedRegex(@"^ *([\w.+]+)(?:\(.*\))? \[FAIL\]", RegexOptions.Multiline)]
    private static partial Regex FailedTests();

    [GeneratedRegex(@"Total: ([0-9]+)")]
    private static partial Regex Total();
}
