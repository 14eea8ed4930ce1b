using System.Globalization;

namespace Earshot.LoadTest.Sizes;

/// <summary>Prints curves as one Markdown table, one line for each point.</summary>
internal static class GrowthTable
{
    public static void Print(TextWriter output, IEnumerable<MeasuredCurve> curves)
    {
        output.WriteLine("| what | number | us | times the first |");
        output.WriteLine("|---|--:|--:|--:|");
        foreach ((Curve curve, double[] costs) in curves)
        {
            for (int i = 0; i < costs.Length; i++)
            {
                string name = i == 0 ? $"{curve.Quantity}: {curve.Cost}" : "";
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {name} | {curve.Points[i]:N0} | {Number(costs[i])} | {Number(costs[i] / costs[0])} |"));
            }
        }
    }

    /// <summary>The number with three digits, and with more only before the point.</summary>
    public static string Number(double value) => value.ToString(
        value switch
        {
            >= 100 => "N0",
            >= 10 => "0.0",
            >= 1 => "0.00",
            _ => "0.000",
        },
        CultureInfo.InvariantCulture);
}
