using System.Globalization;

namespace Earshot.LoadTest;

/// <summary>
/// Shares of the raw limit as they were measured once, one per line: workload, opponent, size, share. Shares carry over from
/// machine to machine, rates do not.
/// </summary>
internal sealed class Baseline
{
    /// <summary>A row counts as fallen below this part of what it was; what two runs of the same code differ by is less.</summary>
    private const double Tolerated = 0.85;

    private readonly SortedDictionary<string, double> _shares = new(StringComparer.Ordinal);

    public static Baseline Load(string path)
    {
        var baseline = new Baseline();
        foreach (string line in File.Exists(path) ? File.ReadAllLines(path) : [])
        {
            int at = line.LastIndexOf('\t');
            baseline._shares[line[..at]] = double.Parse(line[(at + 1)..], CultureInfo.InvariantCulture);
        }

        return baseline;
    }

    /// <summary>Takes over what was measured and keeps the lines of what was not.</summary>
    public void Save(string path, IEnumerable<Row> rows)
    {
        foreach (Row? row in rows.Where(IsClient))
        {
            _shares[Key(row)] = row.ShareOfRaw;
        }

        File.WriteAllLines(path, _shares.Select(static line => string.Create(CultureInfo.InvariantCulture, $"{line.Key}\t{line.Value:0.000}")));
    }

    /// <summary>Prints what fell and what is unknown; false when something fell.</summary>
    public bool Check(TextWriter output, IEnumerable<Row> rows)
    {
        Row[] clients = rows.Where(IsClient).ToArray();
        Row[] fallen = clients.Where(row => _shares.TryGetValue(Key(row), out double before) && row.ShareOfRaw < before * Tolerated).ToArray();
        int unknown = clients.Count(row => !_shares.ContainsKey(Key(row)));
        output.WriteLine();
        foreach (Row? row in fallen)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"FELL: {row.Workload}, {row.Opponent}, {row.Size} B: {row.ShareOfRaw:P0} of the reference, {_shares[Key(row)]:P0} in the baseline"));
        }

        output.WriteLine($"{clients.Length - unknown} rows compared with the baseline, {fallen.Length} fell by more than 15 %, {unknown} are not in it.");
        return fallen.Length == 0;
    }

    private static bool IsClient(Row row) => !row.IsReference;

    private static string Key(Row row) => string.Create(CultureInfo.InvariantCulture, $"{row.Workload}\t{row.Opponent}\t{row.Size}");
}
