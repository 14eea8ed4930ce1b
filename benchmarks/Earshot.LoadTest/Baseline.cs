using System.Globalization;

namespace Earshot.LoadTest;

/// <summary>
/// Shares as they were measured once, one per line: workload, opponent, size, and the share of the raw limit; or a curve, its first number, a number, and the share of the first
/// cost in that of this number. Shares carry over from machine to machine, rates do not.
/// </summary>
internal sealed class Baseline
{
    /// <summary>A row counts as fallen below this part of what it was; what two runs of the same code differ by is less.</summary>
    private const double Tolerated = 0.85;

    private readonly SortedDictionary<string, double> _shares = new(StringComparer.Ordinal);

    private static Baseline Load(string path)
    {
        var baseline = new Baseline();
        foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            int at = line.LastIndexOf('\t');
            baseline._shares[line[..at]] = double.Parse(line[(at + 1)..], CultureInfo.InvariantCulture);
        }

        return baseline;
    }

    /// <summary>Compares with the baseline and saves into it, as far as the options say so; false when something fell.</summary>
    public static bool Compare(LoadTestOptions options, IReadOnlyList<BaselineShare> measured)
    {
        Baseline baseline = Load(options.BaselineFile);
        bool isGood = !options.Checks || baseline.Check(Console.Out, measured);
        if (options.Saves)
        {
            baseline.Save(options.BaselineFile, measured);
        }

        return isGood;
    }

    /// <summary>Takes over what was measured and keeps the lines of what was not.</summary>
    private void Save(string path, IEnumerable<BaselineShare> measured)
    {
        foreach (BaselineShare share in measured)
        {
            _shares[share.Key] = share.Share;
        }

        File.WriteAllLines(path, _shares.Select(static line => string.Create(CultureInfo.InvariantCulture, $"{line.Key}\t{Text(line.Value)}")));
    }

    // The last points of a curve cost thousands of times the first.
    private static string Text(double share) => share.ToString(share >= 0.1 ? "0.000" : "G3", CultureInfo.InvariantCulture);

    /// <summary>Prints what fell and what is unknown; false when something fell.</summary>
    private bool Check(TextWriter output, IReadOnlyList<BaselineShare> measured)
    {
        BaselineShare[] fallen = [.. measured.Where(share => _shares.TryGetValue(share.Key, out double before) && share.Share < before * Tolerated)];
        int unknown = measured.Count(share => !_shares.ContainsKey(share.Key));
        output.WriteLine();
        foreach (BaselineShare share in fallen)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"FELL: {share.What}, {share.Against}, {share.Number}: {share.Share:P0} of the reference, {_shares[share.Key]:P0} in the baseline"));
        }

        output.WriteLine($"{measured.Count - unknown} rows compared with the baseline, {fallen.Length} fell by more than 15 %, {unknown} are not in it.");
        return fallen.Length == 0;
    }
}
