using System.Globalization;

namespace Earshot.Cli.Messages;

/// <summary>The rates of the last seconds as a line of bars. Not thread-safe.</summary>
internal sealed class RateGraph
{
    private const int Kept = 200;
    private const string Bars = " ▁▂▃▄▅▆▇█";

    private readonly Queue<double> _rates = new(Kept);

    /// <summary>Adds the rate of one interval.</summary>
    internal void Add(double rate)
    {
        if (_rates.Count == Kept)
        {
            _rates.Dequeue();
        }

        _rates.Enqueue(rate);
    }

    /// <summary>Returns the line: bars as far as the width allows, the last rate and the total. The highest bar is the highest rate shown.</summary>
    internal string Line(int width, long total)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $" {_rates.LastOrDefault():N0} msg/s, {total:N0} in all");
        int room = Math.Clamp(width - text.Length - 1, 0, Kept);
        double[] shown = [.. _rates.TakeLast(room)];
        double highest = shown.DefaultIfEmpty().Max();
        return string.Concat(shown.Select(rate => Bars[highest <= 0 ? 0 : (int)Math.Ceiling(rate / highest * (Bars.Length - 1))])) + text;
    }
}
