namespace Earshot.LoadTest.Sizes;

/// <summary>A curve with the median cost of each of its points, in microseconds.</summary>
internal sealed record MeasuredCurve(Curve Curve, double[] Costs);
