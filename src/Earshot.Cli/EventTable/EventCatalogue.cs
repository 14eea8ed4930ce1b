using System.Globalization;
using System.Text.RegularExpressions;

namespace Earshot.Cli.EventTable;

/// <summary>All kinds of events with their meaning and their names in other clients, from the pages of the documentation.</summary>
internal static partial class EventCatalogue
{
    private static readonly Lazy<IReadOnlyList<EventRow>> s_all = new(ReadAll);
    private static readonly Lazy<IReadOnlyList<(OtherName Name, int[] Ids)>> s_others = new(ReadOthers);

    /// <summary>All kinds, in the order of their numbers.</summary>
    internal static IReadOnlyList<EventRow> All => s_all.Value;

    /// <summary>The headings below which kinds are, in their order.</summary>
    internal static IEnumerable<string> Categories => All.Select(static row => row.Category).Distinct();

    /// <summary>Returns what the event is in other clients.</summary>
    internal static IReadOnlyList<OtherName> OtherNames(int id) => [.. s_others.Value.Where(other => other.Ids.Contains(id)).Select(static other => other.Name)];

    /// <summary>
    /// Returns the kinds that a name means: a number, the name of the kind, of its record or of its listener's method, or a name in another
    /// client.
    /// </summary>
    internal static IReadOnlyList<EventRow> Find(string text)
    {
        string name = Short(text);
        EventRow? one = All.FirstOrDefault(row => row.Kind.Equals(name, StringComparison.OrdinalIgnoreCase) || row.Id.ToString(CultureInfo.InvariantCulture) == text);
        if (one is not null)
        {
            return [one];
        }

        var ids = s_others.Value.Where(other => IsNameOf(other.Name, text)).SelectMany(static other => other.Ids).ToHashSet();
        return [.. All.Where(row => ids.Contains(row.Id))];
    }

    // NatsClosedEvent, OnClosed and OnClosedAsync all mean Closed.
    private static string Short(string text)
    {
        string name = text;
        foreach ((string start, string end) in ((string, string)[])[("Nats", "Event"), ("On", "Async"), ("On", "")])
        {
            if (name.Length > start.Length + end.Length && name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && name.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                return name[start.Length..^end.Length];
            }
        }

        return name;
    }

    private static bool IsNameOf(OtherName other, string text) =>
        text.Length > 3 && Words.EnumerateMatches(other.Name) is var words && Any(words, other.Name, text);

    private static bool Any(Regex.ValueMatchEnumerator words, string name, string text)
    {
        foreach (ValueMatch word in words)
        {
            if (name.AsSpan(word.Index, word.Length).Equals(text, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static List<EventRow> ReadAll() =>
    [
        .. from row in MarkdownTable.Rows("events.md")
           where row.Cells.Length == 5 && int.TryParse(row.Cells[0], CultureInfo.InvariantCulture, out _)
           let payload = MarkdownTable.Plain(row.Cells[3]).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
           select new EventRow(
               int.Parse(row.Cells[0], CultureInfo.InvariantCulture), MarkdownTable.Plain(row.Cells[2]), row.Heading, row.Cells[1], payload, MarkdownTable.Plain(row.Cells[4])),
    ];

    private static List<(OtherName, int[])> ReadOthers() =>
    [
        .. from row in MarkdownTable.Rows("from-other-languages.md")
           where row.Cells.Length == 3
           let ids = Ids(row.Cells[2])
           where ids.Length > 0 && !row.Cells[1].StartsWith("none ", StringComparison.Ordinal)
           select (new OtherName(row.Cells[0], MarkdownTable.Plain(row.Cells[1]), MarkdownTable.Plain(row.Cells[2])), ids),
    ];

    // "(103)", "(102 and 105)", "(501 to 509)" and "(5xx)".
    private static int[] Ids(string cell)
    {
        var ids = new HashSet<int>();
        foreach (Match match in Numbers.Matches(cell))
        {
            int first = int.Parse(match.Groups["first"].Value.Replace("xx", "00", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            int last = match.Groups["last"].Success ? int.Parse(match.Groups["last"].Value, CultureInfo.InvariantCulture)
                : match.Groups["first"].Value.EndsWith("xx", StringComparison.Ordinal) ? first + 99 : first;
            ids.UnionWith(All.Select(static row => row.Id).Where(id => id >= first && id <= last));
        }

        return [.. ids.Order()];
    }

    [GeneratedRegex(@"(?<=\([^()]*)\b(?<first>\d{3,4}|\dxx)(?: to (?<last>\d{3,4}))?(?=[^()]*\))")]
    private static partial Regex Numbers { get; }

    [GeneratedRegex(@"[A-Za-z_][\w.]*")]
    private static partial Regex Words { get; }
}
