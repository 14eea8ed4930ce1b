using System.Globalization;
using System.Text;

namespace Earshot.LoadTest.Sizes;

/// <summary>One curve with its axes, both logarithmic: a straight line upwards means that the cost grows with a power of the number.</summary>
internal sealed class ChartPanel
{
    public const int Width = 520;
    public const int Height = 320;

    private const int Left = 60;
    private const int Right = 20;
    private const int Top = 50;
    private const int Bottom = 45;
    private const string Blue = "#0b63b0";

    private readonly MeasuredCurve _curve;
    private readonly (double Low, double High) _x;
    private readonly (int Low, int High) _y;

    public ChartPanel(MeasuredCurve curve)
    {
        _curve = curve;
        _x = (Math.Log10(curve.Curve.Points[0]), Math.Log10(curve.Curve.Points[^1]));
        int low = (int)Math.Floor(Math.Log10(curve.Costs.Min()));
        _y = (low, Math.Max(low + 1, (int)Math.Ceiling(Math.Log10(curve.Costs.Max()))));
    }

    public void Draw(StringBuilder svg)
    {
        Text(svg, Left, 20, "start", _curve.Curve.Quantity, "font-weight=\"bold\"");
        Text(svg, Left, 37, "start", _curve.Curve.Cost);
        for (int power = _y.Low; power <= _y.High; power++)
        {
            double y = Y(Math.Pow(10, power));
            Line(svg, (Left, y), (Width - Right, y));
            Text(svg, Left - 6, y + 4, "end", Math.Pow(10, power).ToString("#,0.######", CultureInfo.InvariantCulture));
        }

        foreach (int point in _curve.Curve.Points)
        {
            Line(svg, (X(point), Top), (X(point), Height - Bottom));
            Text(svg, X(point), Height - Bottom + 18, "middle", Short(point));
        }

        string path = string.Join(' ', _curve.Curve.Points.Zip(_curve.Costs, (point, cost) => string.Create(CultureInfo.InvariantCulture, $"{X(point):0.0},{Y(cost):0.0}")));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{path}\" fill=\"none\" stroke=\"{Blue}\" stroke-width=\"2\"/>\n");
        for (int i = 0; i < _curve.Costs.Length; i++)
        {
            (double x, double y) = (X(_curve.Curve.Points[i]), Y(_curve.Costs[i]));
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.0}\" cy=\"{y:0.0}\" r=\"3\" fill=\"{Blue}\"/>\n");

            // Inside of the axes, and below a point whose neighbours are above it: nothing is written over a line or a number of the axis.
            (double shift, string anchor) = i == 0 ? (6, "start") : i == _curve.Costs.Length - 1 ? (-6, "end") : (0, "middle");
            Text(svg, x + shift, y + (IsLowest(i) ? 18 : -8), anchor, GrowthTable.Number(_curve.Costs[i]));
        }
    }

    private bool IsLowest(int i) => (i == 0 || _curve.Costs[i - 1] > _curve.Costs[i]) && (i == _curve.Costs.Length - 1 || _curve.Costs[i + 1] > _curve.Costs[i]);

    private double X(double value) => Left + ((Math.Log10(value) - _x.Low) / (_x.High - _x.Low) * (Width - Left - Right));

    private double Y(double value) => Height - Bottom - ((Math.Log10(value) - _y.Low) / (_y.High - _y.Low) * (Height - Top - Bottom));

    private static string Short(int number) => number switch
    {
        >= 1024 * 1024 when number % (1024 * 1024) == 0 => string.Create(CultureInfo.InvariantCulture, $"{number / (1024 * 1024)} Mi"),
        >= 1024 when number % 1024 == 0 => string.Create(CultureInfo.InvariantCulture, $"{number / 1024} Ki"),
        >= 1000 => string.Create(CultureInfo.InvariantCulture, $"{number / 1000} k"),
        _ => number.ToString(CultureInfo.InvariantCulture),
    };

    private static void Line(StringBuilder svg, (double X, double Y) from, (double X, double Y) to) =>
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{from.X:0.0}\" y1=\"{from.Y:0.0}\" x2=\"{to.X:0.0}\" y2=\"{to.Y:0.0}\" stroke=\"#ddd\"/>\n");

    private static void Text(StringBuilder svg, double x, double y, string anchor, string text, string style = "") =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.0}\" y=\"{y:0.0}\" text-anchor=\"{anchor}\" {style}>{text}</text>\n");
}
