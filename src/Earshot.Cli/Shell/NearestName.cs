namespace Earshot.Cli.Shell;

/// <summary>Finds the name that was meant by a mistyped one.</summary>
internal static class NearestName
{
    /// <summary>Returns the name with the fewest differences; null when none is similar.</summary>
    internal static string? To(string text, IEnumerable<string> names)
    {
        (string? nearest, int least) = (null, Math.Max(2, text.Length / 3) + 1);
        foreach (string name in names)
        {
            int distance = Distance(text, name);
            if (distance < least || (distance == least && nearest is null && name.StartsWith(text, StringComparison.OrdinalIgnoreCase)))
            {
                (nearest, least) = (name, distance);
            }
        }

        return nearest ?? names.FirstOrDefault(name => text.Length > 2 && name.Contains(text, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The number of letters to insert, remove, replace, or swap with their neighbour; the case does not count.</summary>
    internal static int Distance(string left, string right)
    {
        int[,] table = new int[left.Length + 1, right.Length + 1];
        for (int i = 0; i <= left.Length; i++)
        {
            for (int j = 0; j <= right.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                int cost = Same(left[i - 1], right[j - 1]) ? 0 : 1;
                table[i, j] = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && Same(left[i - 1], right[j - 2]) && Same(left[i - 2], right[j - 1]))
                {
                    table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
                }
            }
        }

        return table[left.Length, right.Length];
    }

    private static bool Same(char a, char b) => char.ToUpperInvariant(a) == char.ToUpperInvariant(b);
}
