using System.Diagnostics;
using System.Globalization;

namespace Earshot.Simulation.Runs;

/// <summary>Which seeds to run, in order.</summary>
internal sealed class SeedSource
{
    private readonly Func<int, ulong?> _seedAt;

    private SeedSource(string description, Func<int, ulong?> seedAt) => (Description, _seedAt) = (description, seedAt);

    public string Description { get; }

    /// <summary>A range.</summary>
    /// <param name="first">The first seed; null: derived from the clock.</param>
    /// <param name="count">How many; null: as many as the time allows.</param>
    /// <param name="time">How long new seeds are begun, if there is no count.</param>
    /// <param name="isWanted">Which seeds.</param>
    public static SeedSource From(ulong? first, int? count, TimeSpan time, Func<ulong, bool> isWanted)
    {
        var watch = Stopwatch.StartNew();
        ulong start = first ?? (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        IEnumerator<ulong> seeds = Seeds(start, isWanted).GetEnumerator();
        return new SeedSource($"from {start}", index => (count is { } limit ? index < limit : watch.Elapsed < time) && seeds.MoveNext() ? seeds.Current : null);
    }

    /// <summary>The seeds of a file, one a line; empty lines and lines with a number sign at their beginning are skipped.</summary>
    public static SeedSource Of(FileInfo file)
    {
        ulong[] seeds = [.. File.ReadLines(file.FullName).Where(line => line.Length > 0 && line[0] != '#').Select(line => ulong.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture))];
        return new SeedSource($"of {file.Name}", index => index < seeds.Length ? seeds[index] : null);
    }

    private static IEnumerable<ulong> Seeds(ulong first, Func<ulong, bool> isWanted)
    {
        for (ulong seed = first; ; seed++)
        {
            if (isWanted(seed))
            {
                yield return seed;
            }
        }
    }

    /// <summary>The seed with this number, from 0 on; null: no more. Called once for each number.</summary>
    public ulong? At(int index) => _seedAt(index);
}
