using System.Globalization;
using System.Text;

namespace Earshot.LoadTest.Sizes;

/// <summary>Draws curves as one SVG image, a panel for each.</summary>
internal static class GrowthChart
{
    private const int Columns = 2;

    public static string Draw(IReadOnlyList<MeasuredCurve> curves)
    {
        int rows = (curves.Count + Columns - 1) / Columns;
        (int width, int height) = (Columns * ChartPanel.Width, rows * ChartPanel.Height);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{height}\" fill=\"white\"/>\n");
        foreach ((int number, MeasuredCurve curve) in curves.Index())
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({number % Columns * ChartPanel.Width} {number / Columns * ChartPanel.Height})\">\n");
            new ChartPanel(curve).Draw(svg);
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }
}
