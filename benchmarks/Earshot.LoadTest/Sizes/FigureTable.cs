using System.Globalization;

namespace Earshot.LoadTest.Sizes;

/// <summary>Prints the figures of scenarios as one Markdown table.</summary>
internal static class FigureTable
{
    public static void PrintHead(TextWriter output)
    {
        output.WriteLine("| scenario | figure | median | best | worst | at most |");
        output.WriteLine("|---|---|--:|--:|--:|--:|");
    }

    /// <summary>One line for each figure of a scenario, of all its runs.</summary>
    public static void Print(TextWriter output, string scenario, IEnumerable<Figure> all)
    {
        foreach (IGrouping<string, Figure> figure in all.GroupBy(static figure => figure.Name))
        {
            Print(output, scenario, [.. figure.OrderBy(static one => one.Value)]);
        }
    }

    private static void Print(TextWriter output, string scenario, Figure[] sorted)
    {
        (Figure? middle, Figure? last) = (sorted[sorted.Length / 2], sorted[^1]);
        string target = middle.Target is { } limit ? $"{Text(limit)} {middle.Unit}" : "";
        output.WriteLine($"| {scenario} | {middle.Name} | {Text(middle.Value)} {middle.Unit} | {Text(sorted[0].Value)} | {Text(last.Value)} | {target} |");
    }

    private static string Text(double value) => value.ToString(Math.Abs(value) >= 100 ? "N0" : "0.##", CultureInfo.InvariantCulture);
}
