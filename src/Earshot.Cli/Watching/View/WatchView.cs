using Earshot.Cli.Output;

namespace Earshot.Cli.Watching;

/// <summary>The screen of <c>watch</c> and <c>replay</c>: a pure function of the model, the time and the size of the terminal.</summary>
internal sealed record WatchView
{
    // The heading of the axis, the legend, an empty line and the heading of the events.
    private const int Frames = 4;
    private const int LeastEvents = 5;
    private const int MaxServers = 8;

    // The bars show the shortest of these that covers all that has happened, at most the last one.
    private static readonly TimeSpan[] s_windows = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5)];

    /// <summary>The columns of the terminal; at least 60 are expected.</summary>
    public required int Width { get; init; }

    /// <summary>The lines of the terminal.</summary>
    public required int Height { get; init; }

    /// <summary>What the heading of the events says about those that are left out; null for nothing.</summary>
    public string? Selection { get; init; }

    /// <summary>How to end, in the last columns of the legend; null for nothing.</summary>
    public string? Hint { get; init; }

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public Glyphs Glyphs { get; init; } = Glyphs.Unicode;

    // The last column stays free: some terminals go to the next line as soon as it is written.
    private int Columns => Math.Max(40, Width - 1);

    /// <summary>Returns the frame; it has fewer lines than the terminal, so that nothing scrolls.</summary>
    internal Frame Draw(WatchModel model, DateTimeOffset now)
    {
        int bars = Columns - ConnectionLines.LabelWidth - ConnectionLines.ValueWidth;
        TimeSpan age = now - model.Connections.Select(static connection => connection.Spans.IsEmpty ? DateTimeOffset.MaxValue : connection.Spans[0].From).Min();
        TimeSpan window = Array.Find(s_windows, window => window >= age) is { Ticks: > 0 } found ? found : s_windows[^1];
        var axis = new TimeAxis(now, window, bars);
        List<FrameLine> lines = [];
        int room = Height - 1 - Frames - LeastEvents;
        int servers = Math.Min(MaxServers, (room / model.Connections.Count) - ConnectionLines.FixedLines);
        foreach ((int index, ConnectionModel connection) in model.Connections.Index())
        {
            ConnectionModel named = model.Connections.Count == 1 ? connection : connection with { Label = $"[{index + 1}] {connection.Label}" };
            var drawn = new ConnectionLines(named, now, axis, Columns, Glyphs);
            List<FrameLine> next = servers > 0 ? drawn.Full(servers) : drawn.Short();
            if (lines.Count > 0 && lines.Count + next.Count > room)
            {
                break;
            }

            lines.AddRange(next);
        }

        lines.Insert(1, Axis(axis, window)); // above the first bar, below the title
        lines.Add(Legend());
        lines.Add(FrameLine.Empty);
        lines.Add(Heading(model));
        var entries = new EntryLines(model.Connections.Count, Columns, Zone);
        lines.AddRange(entries.Newest(model.Entries, Height - 1 - lines.Count));
        return new Frame(lines);
    }

    private FrameLine Axis(TimeAxis axis, TimeSpan window)
    {
        string left = $"{Amounts.Whole(window).Replace(" 0 s", "", StringComparison.Ordinal)} ago";
        return FrameLine.Of(
            Columns,
            new Span(new string(' ', ConnectionLines.LabelWidth)),
            new Span(left + "now".PadLeft(Math.Max(4, axis.Columns - left.Length)), TextStyle.Quiet));
    }

    private FrameLine Legend()
    {
        List<Span> parts = [new Span(new string(' ', ConnectionLines.LabelWidth))];
        foreach ((LinkState state, string word) in new[] { (LinkState.Open, "open"), (LinkState.LameDuck, "lame duck"), (LinkState.Down, "no connection") })
        {
            parts.Add(new Span($"{Glyphs.Of(state)}", Glyphs.StyleOf(state)));
            parts.Add(new Span($" {word}   ", TextStyle.Quiet));
        }

        int used = parts.Sum(static part => part.Text.Length);
        if (Hint is not null && used + Hint.Length <= Columns)
        {
            parts.Add(new Span(Hint.PadLeft(Columns - used), TextStyle.Quiet));
        }

        return FrameLine.Of(Columns, [.. parts]);
    }

    private FrameLine Heading(WatchModel model) => FrameLine.Of(
        Columns,
        new Span("Events  ", TextStyle.Heading),
        new Span($"{model.Events} so far, {Amounts.Count(model.Warnings, "warning")}{(Selection is null ? "" : $"; {Selection}")}", TextStyle.Quiet));
}
