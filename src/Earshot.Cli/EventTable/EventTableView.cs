using System.Globalization;
using Earshot.Cli.Output;

namespace Earshot.Cli.EventTable;

/// <summary>Kinds of events as lines for people.</summary>
internal static class EventTableView
{
    private const int KindWidth = 24;

    /// <summary>Writes the kinds below their categories.</summary>
    internal static void WriteTable(Screen screen, IReadOnlyList<EventRow> rows)
    {
        string category = "";
        foreach (EventRow row in rows)
        {
            if (row.Category != category)
            {
                category = row.Category;
                screen.Line(new Span(category, TextStyle.Heading));
            }

            screen.Line(
                new Span(string.Create(CultureInfo.InvariantCulture, $"{row.Id,4} {row.Class,-2} "), TextStyle.Quiet),
                new Span(row.Kind.PadRight(KindWidth), TextStyle.Good),
                new Span(row.Meaning));
            screen.Line(new Span(new string(' ', 8)), new Span(string.Join(", ", row.Payload), TextStyle.Quiet));
        }

        screen.Line();
        screen.Line(new Span("L is lossless, C may be merged under load, * comes only to readers that ask for it by name."));
        screen.Line(new Span("`earshot explain KIND` has more about one of them."));
    }

    /// <summary>Writes all that is known of one kind.</summary>
    internal static void WriteOne(Screen screen, EventRow row)
    {
        screen.Line(new Span($"{row.Kind} ", TextStyle.Heading), new Span(string.Create(CultureInfo.InvariantCulture, $"({row.Id}, {row.Category}, {row.ClassText})"), TextStyle.Quiet));
        Part(screen, "Meaning", row.Meaning);
        Part(screen, "What to do", Advice.For(row) ?? "");
        Part(screen, "Members", string.Join(", ", row.Payload));
        Part(screen, "Listen", $"events.On<Nats{row.Kind}Event>(e => ...)");
        List<OtherName> others = [.. EventCatalogue.OtherNames(row.Id).DistinctBy(static other => (other.Language, other.Name))];
        for (int i = 0; i < others.Count; i++)
        {
            Part(screen, i == 0 ? "Elsewhere" : "", $"{others[i].Language}: {others[i].Name}");
        }

        if (others.Count == 0)
        {
            Part(screen, "Elsewhere", "No other client has this event.");
        }
    }

    private static void Part(Screen screen, string title, string text) => screen.Line(new Span("  "), new Span(title.PadRight(12), TextStyle.Quiet), new Span(text));
}
