using System.Globalization;

namespace Earshot.LoadTest.Sizes;

/// <summary>A cost that is measured at several values of one quantity.</summary>
/// <param name="Name">Its name as a scenario.</param>
/// <param name="Quantity">What grows.</param>
/// <param name="Cost">What is measured, in microseconds.</param>
/// <param name="Points">The values of the quantity.</param>
/// <param name="MeasureAsync">The cost at one of them.</param>
internal sealed record Curve(string Name, string Quantity, string Cost, int[] Points, Func<int, Task<double>> MeasureAsync)
{
    /// <summary>One figure for each point, whose name is the value of the quantity.</summary>
    public async IAsyncEnumerable<Figure> RunAsync()
    {
        foreach (int point in Points)
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{Name}, {point:N0} {Quantity}"));
            yield return new Figure(point.ToString(CultureInfo.InvariantCulture), "us", await MeasureAsync(point));
        }
    }
}
