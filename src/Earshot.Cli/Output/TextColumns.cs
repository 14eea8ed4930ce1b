using System.Globalization;
using Spectre.Console.Rendering;

namespace Earshot.Cli.Output;

/// <summary>Text in the columns of a terminal, of which a character may take none, one or two.</summary>
internal static class TextColumns
{
    // From here on characters may combine with the one before them.
    private const char FirstCombining = '\u0300';

    /// <summary>Returns the number of terminal columns of a text without line breaks.</summary>
    internal static int Width(string text) => Segment.CellCount([new Segment(text)]);

    /// <summary>Returns as much of the text as fits into a number of columns; what is cut is replaced by an ellipsis.</summary>
    internal static string Fit(string text, int columns)
    {
        if (columns <= 0)
        {
            return "";
        }

        return Reach(text, 0, columns) == text.Length ? text : text[..Reach(text, 0, columns - 1)] + "…";
    }

    /// <summary>Returns the text with spaces behind it, or what of it fits into a number of columns.</summary>
    internal static string Pad(string text, int columns)
    {
        string fitting = Fit(text, columns);
        return fitting + new string(' ', columns - Width(fitting));
    }

    /// <summary>Breaks a text into lines of at most a number of columns, at spaces where there are any.</summary>
    /// <param name="text">Text without line breaks.</param>
    /// <param name="columns">The width of a line.</param>
    internal static IEnumerable<string> Break(string text, int columns) => Lines(text, columns).Select(line => text[line]);

    /// <summary>Breaks a text into lines as <see cref="Break"/> does.</summary>
    /// <param name="text">Text without line breaks.</param>
    /// <param name="columns">The width of a line.</param>
    /// <param name="limit">The maximum number of lines; the last one ends with an ellipsis when there is more.</param>
    internal static IReadOnlyList<string> Wrap(string text, int columns, int limit)
    {
        List<string> lines = [];
        foreach (Range line in Lines(text, columns).Take(limit))
        {
            lines.Add(lines.Count < limit - 1 ? text[line] : Fit(text[line.Start..], columns));
        }

        return lines;
    }

    private static IEnumerable<Range> Lines(string text, int columns)
    {
        int start = 0;
        do
        {
            int end = Reach(text, start, columns);
            end = end > start || end == text.Length ? end : end + StringInfo.GetNextTextElementLength(text, end);
            int cut = CutAt(text, start, end, columns);
            yield return start..cut;
            for (start = cut; start < text.Length && text[start] == ' '; start++)
            {
            }
        }
        while (start < text.Length);
    }

    // A word that fits into one line is moved there; one that does not is broken where it would leave much of the line empty.
    private static int CutAt(string text, int start, int end, int columns)
    {
        int space = end < text.Length ? text.LastIndexOf(' ', end, end - start + 1) : -1;
        if (space <= start || space > start + ((end - start) / 2))
        {
            return space <= start ? end : space;
        }

        int next = text.IndexOf(' ', space + 1);
        return Reach(text, space + 1, columns) >= (next < 0 ? text.Length : next) ? space : end;
    }

    // The index behind the last character that fits.
    private static int Reach(string text, int start, int columns)
    {
        int at = start;
        for (int used = 0; at < text.Length;)
        {
            bool isOrdinary = text[at] is >= ' ' and <= '~' && (at + 1 == text.Length || text[at + 1] < FirstCombining);
            int length = isOrdinary ? 1 : StringInfo.GetNextTextElementLength(text, at);
            used += isOrdinary ? 1 : Width(text.Substring(at, length));
            if (used > columns)
            {
                break;
            }

            at += length;
        }

        return at;
    }
}
