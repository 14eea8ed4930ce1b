using System.Globalization;
using Earshot.Cli.Output;

namespace Earshot.Cli.Watching;

/// <summary>The list of events: time, severity, kind, message; a long message continues on the next lines.</summary>
/// <param name="connections">The number of connections; a line has the number of its connection when there are several.</param>
/// <param name="width">The columns of a line.</param>
/// <param name="zone">The zone of the times.</param>
internal sealed class EntryLines(int connections, int width, TimeZoneInfo zone)
{
    private const int WideEnough = 120;
    private const int KindWidth = 20;
    private const int MaxLines = 3;

    private readonly int _numberWidth = connections < 2 ? 0 : connections < 10 ? 3 : 4;

    /// <summary>The newest entries that fit into a number of lines, the oldest first.</summary>
    internal List<FrameLine> Newest(IReadOnlyList<WatchEntry> entries, int lines)
    {
        List<FrameLine> shown = [];
        for (int i = entries.Count - 1; i >= 0 && shown.Count < lines; i--)
        {
            List<FrameLine> entry = Lines(entries[i]);
            if (entry.Count > lines - shown.Count)
            {
                break;
            }

            shown.InsertRange(0, entry);
        }

        return shown;
    }

    private List<FrameLine> Lines(WatchEntry entry)
    {
        DateTimeOffset at = TimeZoneInfo.ConvertTime(entry.At, zone);
        string time = at.ToString(width < WideEnough ? "HH:mm:ss" : "HH:mm:ss.fff", CultureInfo.InvariantCulture);
        string severity = width < WideEnough ? $"{Mark(entry)} " : $"{Word(entry),-6} ";
        string label = _numberWidth > 0 ? $"{TextColumns.Pad(entry.Connection < 0 ? "" : $"[{entry.Connection + 1}]", _numberWidth)} " : "";
        string kind = $"{TextColumns.Pad(entry.Kind, KindWidth)} ";
        int indent = time.Length + 2 + TextColumns.Width(severity) + TextColumns.Width(label) + kind.Length;
        List<FrameLine> lines = [];
        foreach (string part in TextColumns.Wrap(entry.Text, Math.Max(12, width - indent), MaxLines))
        {
            Span message = entry.Severity < NatsEventSeverity.Information ? new Span(part, TextStyle.Quiet) : new Span(part);
            lines.Add(lines.Count > 0
                ? FrameLine.Of(width, new Span(new string(' ', indent)), message)
                : FrameLine.Of(width, new Span($"{time}  ", TextStyle.Quiet), new Span(severity, StyleOf(entry)), new Span(label, TextStyle.Quiet), new Span(kind, StyleOf(entry)), message));
        }

        return lines;
    }

    private static Spectre.Console.Style StyleOf(WatchEntry entry) => entry.Connection < 0 ? TextStyle.Heading : TextStyle.Of(entry.Severity);

    private static string Word(WatchEntry entry) => entry.Connection < 0 ? "note" : EventLines.Word(entry.Severity);

    // Without colours the marks show which lines are not as usual.
    private static char Mark(WatchEntry entry) => entry switch
    {
        { Connection: < 0 } => '*',
        { Severity: >= NatsEventSeverity.Error } => 'E',
        { Severity: NatsEventSeverity.Warning } => '!',
        _ => ' ',
    };
}
