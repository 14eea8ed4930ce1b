namespace Earshot.Fleet.Shipping;

/// <summary>Minimum, median and maximum of durations in constant memory. The median is that of ranges that grow by a quarter each.</summary>
internal sealed class DurationSketch
{
    /// <summary>The memory of one sketch, in bytes.</summary>
    public const int Size = (Ranges * sizeof(ushort)) + 64;

    private const int Ranges = 64;
    private const int RangesPerDoubling = 3;
    private const double Shortest = 0.001; // seconds; what is shorter is in the first range

    private readonly ushort[] _counts = new ushort[Ranges];

    /// <summary>The shortest duration in seconds.</summary>
    public double Min { get; private set; } = double.MaxValue;

    /// <summary>The longest duration in seconds.</summary>
    public double Max { get; private set; }

    /// <summary>The median in seconds, to within 15 % where durations are between one millisecond and half an hour.</summary>
    public double Median
    {
        get
        {
            long left = (_counts.Sum(static count => (long)count) + 1) / 2;
            int range = 0;
            while (range < Ranges - 1 && left > _counts[range])
            {
                left -= _counts[range++];
            }

            return Math.Clamp(Shortest * Math.Pow(2, (range + 0.5) / RangesPerDoubling), Min, Max);
        }
    }

    /// <summary>Adds one duration.</summary>
    public void Add(double seconds)
    {
        (Min, Max) = (Math.Min(Min, seconds), Math.Max(Max, seconds));
        int range = seconds <= Shortest ? 0 : (int)Math.Min(Ranges - 1, Math.Log2(seconds / Shortest) * RangesPerDoubling);
        if (_counts[range] == ushort.MaxValue)
        {
            Halve();
        }

        _counts[range]++;
    }

    // The median depends on proportions alone.
    private void Halve()
    {
        for (int i = 0; i < Ranges; i++)
        {
            _counts[i] /= 2;
        }
    }
}
