using System.Globalization;
using Earshot.Cli.Output;
using Spectre.Console;

namespace Earshot.Cli.Journals;

/// <summary>The comparison of two journals as lines; equal events are counted.</summary>
internal static class DiffView
{
    private const int KindWidth = 22;

    internal static void Show(JournalDiff diff, string a, string b, Screen screen)
    {
        screen.Line(new Span($"- {a}", TextStyle.Heading));
        screen.Line(new Span($"+ {b}", TextStyle.Heading));
        int equal = 0;
        foreach (DiffEntry entry in diff.Entries)
        {
            if (entry.IsEqual)
            {
                equal++;
                continue;
            }

            ShowEqual(equal, screen);
            equal = 0;
            Show(entry, screen);
        }

        ShowEqual(equal, screen);
        screen.Line();
        screen.Line(new Span(string.Create(
            CultureInfo.InvariantCulture,
            $"equal {diff.Equal}, different values {diff.Different}, only in {a} {diff.OnlyA}, only in {b} {diff.OnlyB}"), diff.HasSameKinds ? TextStyle.Good : TextStyle.Bad));
    }

    private static void ShowEqual(int count, Screen screen)
    {
        if (count > 0)
        {
            screen.Line(new Span(string.Create(CultureInfo.InvariantCulture, $"  ({(count == 1 ? "1 equal event" : $"{count} equal events")})"), TextStyle.Quiet));
        }
    }

    private static void Show(DiffEntry entry, Screen screen)
    {
        if (entry is { A: not null, B: not null })
        {
            ShowLine("~", entry, string.Join(", ", entry.Values.Select(value => $"{value.Name} {value.A} → {value.B}")), Style.Plain, screen);
            return;
        }

        bool isOnlyA = entry.B is null;
        ShowLine(isOnlyA ? "-" : "+", entry, SafeText.Line(entry.Event.Message), isOnlyA ? TextStyle.Bad : TextStyle.Good, screen);
    }

    private static void ShowLine(string mark, DiffEntry entry, string text, Style style, Screen screen) => screen.Line(
        new Span($"{mark} ", style),
        new Span(string.Create(CultureInfo.InvariantCulture, $"{entry.Event.Elapsed.TotalSeconds,9:0.000}  "), TextStyle.Quiet),
        new Span($"{entry.Event.Kind.ToString().PadRight(KindWidth)} ", style),
        new Span(text));
}
