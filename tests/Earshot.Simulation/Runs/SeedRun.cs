using System.Diagnostics;
using System.Globalization;

namespace Earshot.Simulation.Runs;

/// <summary>Runs seeds one after another and prints what they found.</summary>
internal sealed class SeedRun(TextWriter output)
{
    private static readonly TimeSpan s_progress = TimeSpan.FromMinutes(1);

    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private TimeSpan _reported;
    private TimeSpan _simulated;
    private int _runs;
    private int _failed;

    public bool StopsAtFirst { get; init; }

    public bool VerifiesRepetition { get; init; }

    /// <summary>Runs one seed and prints all its events.</summary>
    public static async Task<int> RepeatAsync(ulong seed, TextWriter output)
    {
        RunResult result = await SimulatedRun.RunAsync(seed, keepsLines: true).ConfigureAwait(false);
        foreach (string line in result.Lines)
        {
            await output.WriteLineAsync(line).ConfigureAwait(false);
        }

        await output.WriteLineAsync(result.ToString()).ConfigureAwait(false);
        return result.Violations.Count == 0 ? 0 : 1;
    }

    /// <summary>Runs seeds until the source has no more.</summary>
    public async Task<int> RunAsync(SeedSource source)
    {
        using var watchdog = new Watchdog(output);
        while (source.At(_runs) is { } seed && !(StopsAtFirst && _failed > 0))
        {
            watchdog.Begin(seed);
            await RunOneAsync(seed).ConfigureAwait(false);
            if (_watch.Elapsed - _reported > s_progress)
            {
                _reported = _watch.Elapsed;
                await output.WriteLineAsync(Summary(source)).ConfigureAwait(false);
            }
        }

        await output.WriteLineAsync(Summary(source)).ConfigureAwait(false);
        return _failed == 0 ? 0 : 1;
    }

    private async Task RunOneAsync(ulong seed)
    {
        RunResult result = await SimulatedRun.RunAsync(seed).ConfigureAwait(false);
        _runs++;
        _simulated += result.VirtualTime;
        if (VerifiesRepetition && await SimulatedRun.RunAsync(seed).ConfigureAwait(false) is var again && again.Digest != result.Digest)
        {
            result = result with { Violations = [.. result.Violations, new Checks.Violation(again.VirtualTime, "deterministic", "two runs of the seed had different events")] };
        }

        if (result.Violations.Count > 0)
        {
            _failed++;
            await output.WriteLineAsync(result.ToString()).ConfigureAwait(false);
        }
    }

    private string Summary(SeedSource source) => string.Create(
        CultureInfo.InvariantCulture,
        $"{_runs} seeds {source.Description}, {_failed} failed, {_runs / _watch.Elapsed.TotalMinutes:F0} seeds per minute, {_simulated.TotalHours:F1} virtual hours");
}
