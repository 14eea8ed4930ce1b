namespace Earshot.Fuzzing.Engine;

/// <summary>Selects the shortest inputs that together take all edges of many, without those that the seeds of the target take.</summary>
internal static class Minimizer
{
    /// <summary>The most bytes of a corpus in the repository; what is beyond is found again in a minute.</summary>
    public const int MaxBytes = 32 * 1024;

    public static IReadOnlyList<byte[]> Select(IFuzzTarget target, IEnumerable<byte[]> inputs)
    {
        var map = new EdgeMap();
        List<byte[]> selected = [];
        foreach (byte[] seed in target.Seeds)
        {
            TakesNewEdge(map, target, seed);
        }

        foreach (byte[] input in inputs.OrderBy(input => input.Length))
        {
            if (selected.Sum(static one => one.Length) + input.Length <= MaxBytes && TakesNewEdge(map, target, input))
            {
                selected.Add(input);
            }
        }

        return selected;
    }

    private static bool TakesNewEdge(EdgeMap map, IFuzzTarget target, byte[] input)
    {
        int before = map.Edges;
        EdgeMap.Clear();
        target.Run(input);
        map.HasNews();
        return map.Edges > before;
    }
}
