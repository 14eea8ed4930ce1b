namespace Earshot.Cli.EventTable;

/// <summary>Reads the rows of the tables in a page of the documentation that is embedded in the tool.</summary>
internal static class MarkdownTable
{
    /// <summary>Returns every row with the heading above it; the rows of column names and lines are left out.</summary>
    internal static IEnumerable<(string Heading, string[] Cells)> Rows(string resource)
    {
        using Stream page = typeof(MarkdownTable).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The page {resource} is not embedded in the tool.");
        using var reader = new StreamReader(page);
        string heading = "";
        var rows = new List<(string, string[])>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
            {
                heading = line.TrimStart('#', ' ');
            }
            else if (line.StartsWith("|---", StringComparison.Ordinal))
            {
                rows.RemoveAt(rows.Count - 1);
            }
            else if (line.StartsWith('|'))
            {
                rows.Add((heading, [.. line.Trim().Trim('|').Split('|').Select(static cell => cell.Trim())]));
            }
        }

        return rows;
    }

    /// <summary>Returns a cell without the marks of Markdown: code without its quotes, links as their text.</summary>
    internal static string Plain(string cell)
    {
        string text = cell.Replace("`", "", StringComparison.Ordinal);
        for (int middle; (middle = text.IndexOf("](", StringComparison.Ordinal)) >= 0;)
        {
            int open = text.LastIndexOf('[', middle), close = text.IndexOf(')', middle);
            text = open < 0 || close < 0 ? text.Remove(middle, 2) : string.Concat(text.AsSpan(0, open), text.AsSpan(open + 1, middle - open - 1), text.AsSpan(close + 1));
        }

        return text;
    }
}
