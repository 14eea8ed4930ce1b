using System.Diagnostics;
using System.Globalization;

namespace Earshot.Chaos.Faults;

/// <summary>Runs faults one after the other, each with servers of its own.</summary>
internal static class FaultRun
{
    /// <param name="only">Text in the names of the faults to run; empty: all.</param>
    /// <param name="isQuick">Short durations, and only faults for which they are meaningful.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string only, bool isQuick, CancellationToken cancellationToken)
    {
        FaultScenario[] chosen =
            [.. FaultScenario.All.Where(fault => (fault.IsQuick || !isQuick) && fault.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
        if (chosen.Length == 0)
        {
            Console.WriteLine($"No fault has '{only}' in its name.");
            return 2;
        }

        var table = new ChaosTable();
        foreach (FaultScenario fault in chosen)
        {
            Console.WriteLine($"{fault.Name} ...");
            long started = Stopwatch.GetTimestamp();
            await fault.RunAsync(new FaultSetting(table, isQuick), cancellationToken);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"   {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"));
        }

        await table.PrintAsync(Console.Out);
        return table.Holds ? 0 : 1;
    }
}
