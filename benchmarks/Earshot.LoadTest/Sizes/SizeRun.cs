namespace Earshot.LoadTest.Sizes;

/// <summary>
/// Sizes and times that are not rates: each scenario runs several times, each time in a process of its own. Prints one table.
/// </summary>
internal static class SizeRun
{
    /// <summary>The whole run: <c>--only LIST [--runs N]</c>.</summary>
    public static async Task<int> RunAsync(string list, int runs, string? natsServer)
    {
        string[] names = list == "sizes" ? [.. Scenarios.Names] : list.Split(',');
        if (names.FirstOrDefault(static name => !Scenarios.Has(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no scenario '{unknown}'; there are sizes (all), {string.Join(',', Scenarios.Names)}, and {GrowthRun.Name} alone.");
            return 2;
        }

        FigureTable.PrintHead(Console.Out);
        foreach (string name in names)
        {
            var all = new List<Figure>();
            for (int run = 0; run < runs; run++)
            {
                await Console.Error.WriteLineAsync($"{name}, run {run + 1} of {runs}");
                all.AddRange(await ScenarioProcess.RunAsync(name, natsServer ?? ""));
            }

            FigureTable.Print(Console.Out, name, all);
        }

        return 0;
    }

    /// <summary>One scenario in this process: <c>--scenario NAME SERVER</c>.</summary>
    public static async Task<int> MeasureHereAsync(string name, string natsServer)
    {
        await foreach (Figure figure in Scenarios.Run(name, natsServer))
        {
            Console.WriteLine(figure.ToLine());
        }

        return 0;
    }
}
