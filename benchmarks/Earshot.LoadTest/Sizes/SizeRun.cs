using System.Diagnostics;
using System.Globalization;

namespace Earshot.LoadTest.Sizes;

/// <summary>
/// Sizes and times that are not rates: each scenario runs several times, each time in a process of its own, so that neither memory
/// nor compiled code of one run counts in the next. Prints one table.
/// </summary>
internal static class SizeRun
{
    private static readonly Dictionary<string, Func<string, IAsyncEnumerable<Figure>>> s_scenarios = new()
    {
        ["idle"] = IdleScenario.RunAsync,
        ["subscriptions"] = SubscriptionScenario.RunAsync,
        ["failover"] = FailoverScenario.RunAsync,
        ["slow-consumer"] = SlowConsumerScenario.RunAsync,
        ["large-publish"] = LargePublishScenario.RunAsync,
        ["js-idle"] = ConsumeIdleScenario.RunAsync,
        ["js-reconnect"] = ConsumeReconnectScenario.RunAsync,
        ["js-leader"] = LeaderChangeScenario.RunAsync,
        ["kv-idle"] = WatchIdleScenario.RunAsync,
    };

    public static string Names => string.Join(',', s_scenarios.Keys);

    /// <summary>The whole run: <c>--only LIST [--runs N]</c>.</summary>
    public static async Task<int> RunAsync(string list, int runs, string? natsServer)
    {
        string[] names = list == "sizes" ? [.. s_scenarios.Keys] : list.Split(',');
        if (names.FirstOrDefault(static name => !s_scenarios.ContainsKey(name)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no scenario '{unknown}'; there are sizes (all), {Names}.");
            return 2;
        }

        Console.WriteLine("| scenario | figure | median | best | worst | at most |");
        Console.WriteLine("|---|---|--:|--:|--:|--:|");
        foreach (string name in names)
        {
            var all = new List<Figure>();
            for (int run = 0; run < runs; run++)
            {
                await Console.Error.WriteLineAsync($"{name}, run {run + 1} of {runs}");
                all.AddRange(await MeasureAsync(name, natsServer ?? ""));
            }

            foreach (IGrouping<string, Figure> figure in all.GroupBy(static figure => figure.Name))
            {
                Print(name, [.. figure.OrderBy(static one => one.Value)]);
            }
        }

        return 0;
    }

    /// <summary>One scenario in this process: <c>--scenario NAME SERVER</c>.</summary>
    public static async Task<int> MeasureHereAsync(string name, string natsServer)
    {
        await foreach (Figure figure in s_scenarios[name](natsServer))
        {
            Console.WriteLine(figure.ToLine());
        }

        return 0;
    }

    private static void Print(string scenario, Figure[] sorted)
    {
        (Figure? middle, Figure? last) = (sorted[sorted.Length / 2], sorted[^1]);
        string target = middle.Target is { } limit ? $"{Text(limit)} {middle.Unit}" : "";
        Console.WriteLine($"| {scenario} | {middle.Name} | {Text(middle.Value)} {middle.Unit} | {Text(sorted[0].Value)} | {Text(last.Value)} | {target} |");
    }

    private static string Text(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);

    private static async Task<List<Figure>> MeasureAsync(string name, string natsServer)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Earshot.LoadTest.dll"));
        }

        foreach (string argument in (string[])["--scenario", name, natsServer])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        var figures = new List<Figure>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Figure.FromLine(line) is { } figure)
            {
                figures.Add(figure);
            }
        }

        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? figures : throw new InvalidOperationException($"The scenario '{name}' ended with code {process.ExitCode}.");
    }
}
