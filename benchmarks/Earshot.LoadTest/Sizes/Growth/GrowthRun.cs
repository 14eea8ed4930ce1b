using System.Globalization;

namespace Earshot.LoadTest.Sizes;

/// <summary>How costs grow with what there is of everything: each curve several times, each time in a process of its own. Prints one table and writes one chart.</summary>
internal static class GrowthRun
{
    public const string Name = "growth";

    public static async Task<int> RunAsync(LoadTestOptions options)
    {
        (int runs, string chartFile) = (options.Runs, options.ChartFile);
        var measured = new List<MeasuredCurve>();
        foreach (Curve curve in Curves.All)
        {
            var all = new List<Figure>();
            for (int run = 0; run < runs; run++)
            {
                await Console.Error.WriteLineAsync($"{curve.Name}, run {run + 1} of {runs}");
                all.AddRange(await ScenarioProcess.RunAsync(curve.Name, natsServer: ""));
            }

            measured.Add(new MeasuredCurve(curve, [.. curve.Points.Select(point => Median(all, point))]));
        }

        GrowthTable.Print(Console.Out, measured);
        if (Path.GetDirectoryName(Path.GetFullPath(chartFile)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        await File.WriteAllTextAsync(chartFile, GrowthChart.Draw(measured));
        await Console.Error.WriteLineAsync($"The chart is in {chartFile}.");
        return Baseline.Compare(options, [.. measured.SelectMany(Shares)]) ? 0 : 1;
    }

    // What a number costs in comparison with the first one is the same on every machine, more or less.
    private static IEnumerable<BaselineShare> Shares(MeasuredCurve measured) => measured.Curve.Points.Zip(measured.Costs).Skip(1)
        .Select(point => new BaselineShare(measured.Curve.Name, measured.Curve.Points[0].ToString(CultureInfo.InvariantCulture), point.First, measured.Costs[0] / point.Second));

    private static double Median(IEnumerable<Figure> all, int point)
    {
        string name = point.ToString(CultureInfo.InvariantCulture);
        double[] sorted = [.. all.Where(figure => figure.Name == name).Select(static figure => figure.Value).Order()];
        return sorted[sorted.Length / 2];
    }
}
