namespace Earshot.Cli.Journals;

/// <summary>
/// The longest common subsequence of two lists, by Hirschberg's method: its memory grows with the length of one list, so that long
/// journals can be compared.
/// </summary>
internal static class Alignment
{
    /// <summary>Returns pairs of indexes of equal items, in order.</summary>
    internal static IReadOnlyList<(int A, int B)> Find<T>(IReadOnlyList<T> a, IReadOnlyList<T> b) where T : IEquatable<T>
    {
        var pairs = new List<(int A, int B)>();
        Find([.. a], 0, a.Count, [.. b], 0, b.Count, pairs);
        return pairs;
    }

    private static void Find<T>(T[] a, int fromA, int toA, T[] b, int fromB, int toB, List<(int A, int B)> pairs) where T : IEquatable<T>
    {
        while (fromA < toA && fromB < toB && a[fromA].Equals(b[fromB]))
        {
            pairs.Add((fromA++, fromB++));
        }

        int tail = 0;
        while (fromA < toA && fromB < toB && a[toA - 1].Equals(b[toB - 1]))
        {
            (toA, toB, tail) = (toA - 1, toB - 1, tail + 1);
        }

        if (toA - fromA == 1)
        {
            int at = Array.IndexOf(b, a[fromA], fromB, toB - fromB);
            if (at >= 0)
            {
                pairs.Add((fromA, at));
            }
        }
        else if (fromA < toA && fromB < toB)
        {
            int middle = (fromA + toA) / 2;
            int split = fromB + BestSplit(a.AsSpan(fromA, middle - fromA), a.AsSpan(middle, toA - middle), b.AsSpan(fromB, toB - fromB));
            Find(a, fromA, middle, b, fromB, split, pairs);
            Find(a, middle, toA, b, split, toB, pairs);
        }

        for (int i = 0; i < tail; i++)
        {
            pairs.Add((toA + i, toB + i));
        }
    }

    private static int BestSplit<T>(ReadOnlySpan<T> first, ReadOnlySpan<T> second, ReadOnlySpan<T> b) where T : IEquatable<T>
    {
        int[] before = Lengths(first, b, isReversed: false);
        int[] after = Lengths(second, b, isReversed: true);
        int best = 0;
        for (int i = 1; i <= b.Length; i++)
        {
            if (before[i] + after[b.Length - i] > before[best] + after[b.Length - best])
            {
                best = i;
            }
        }

        return best;
    }

    // Entry i is the length of the longest common subsequence of a and the first (or last) i items of b.
    private static int[] Lengths<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, bool isReversed) where T : IEquatable<T>
    {
        int[] row = new int[b.Length + 1];
        for (int i = 0; i < a.Length; i++)
        {
            T item = a[isReversed ? a.Length - 1 - i : i];
            int diagonal = 0;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = item.Equals(b[isReversed ? b.Length - j : j - 1]) ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return row;
    }
}
