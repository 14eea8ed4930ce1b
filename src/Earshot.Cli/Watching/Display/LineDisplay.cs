using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>One line per event: date and time, severity, kind, with several connections which one, message.</summary>
internal sealed class LineDisplay(WatchState state, ToolHost host) : IWatchDisplay
{
    private const int KindWidth = 22;

    private readonly Screen _screen = host.OpenScreen();
    private readonly Screen _notes = host.OpenErrorScreen();

    public void Show(int connection, NatsConnectionEvent e)
    {
        if (!state.Selection.Includes(e))
        {
            return;
        }

        DateTimeOffset at = TimeZoneInfo.ConvertTime(e.Timestamp, host.Time.LocalTimeZone);
        string label = state.Labels.Count > 1 ? $"[{SafeText.Line(state.Labels[connection])}] " : "";
        string text = e.RepeatCount > 1 ? $"{e.Message} ({e.RepeatCount} times)" : e.Message;
        _screen.Line(
            new Span(at.ToString("yyyy-MM-dd HH:mm:ss.fff  ", CultureInfo.InvariantCulture), TextStyle.Quiet),
            new Span($"{EventLines.Word(e.Severity),-5}  ", TextStyle.Of(e.Severity)),
            new Span($"{e.Kind.ToString().PadRight(KindWidth)} ", TextStyle.Of(e.Severity)),
            new Span(label, TextStyle.Quiet),
            new Span(SafeText.Line(text)));
    }

    public void Note(string what, string text) => _notes.Line(new Span($"{what}: ", TextStyle.Quiet), new Span(SafeText.Line(text)));

    public Task RunAsync(CancellationToken stop) => Task.CompletedTask;
}
