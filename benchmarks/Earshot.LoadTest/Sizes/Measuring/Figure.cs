using System.Globalization;

namespace Earshot.LoadTest.Sizes;

/// <summary>One measured figure and what it should be at most; without a target it only informs.</summary>
internal sealed record Figure(string Name, string Unit, double Value, double? Target = null)
{
    /// <summary>As one line of text, from the measuring process to the one that prints.</summary>
    public string ToLine() => string.Join('\t', Name, Unit, Text(Value), Target is { } target ? Text(target) : "");

    public static Figure? FromLine(string line) => line.Split('\t') is [var name, var unit, var value, var target]
        ? new Figure(name, unit, Number(value), target.Length > 0 ? Number(target) : null)
        : null;

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
