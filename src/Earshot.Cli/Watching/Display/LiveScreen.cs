using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Spectre.Console;

namespace Earshot.Cli.Watching;

/// <summary>The screen on a terminal, redrawn in place at most five times a second. At the end the last picture stays.</summary>
internal sealed class LiveScreen(WatchState state, Func<DateTimeOffset> clock, ToolHost host) : IWatchDisplay
{
    private const int SummaryLines = 3;

    private static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(200);

    private readonly IAnsiConsole _console = LiveFrame.Open(host.Out, host.IsPlain);

    /// <summary>The console; tests use their own.</summary>
    internal IAnsiConsole Console { get => _console; init => _console = value; }

    /// <summary>Called before a picture is drawn, for example to read counters.</summary>
    internal Action BeforeDrawing { get; init; } = static () => { };

    /// <summary>Whether the terminal understands the sequences that move the cursor.</summary>
    internal bool CanRedraw => Live.CanRedraw;

    private LiveFrame Live => new(_console, s_redraw, host.Time);

    // The model has the event already.
    public void Show(int connection, NatsConnectionEvent e)
    {
    }

    public void Note(string what, string text) => state.Change(model => model.Note(clock(), what, text));

    public Task RunAsync(CancellationToken stop) => Live.RunAsync(isLast =>
    {
        BeforeDrawing();
        return Draw(isLast);
    }, stop);

    // The lines of the summary come below the last picture.
    private Frame Draw(bool isLast) => new WatchView
    {
        Width = _console.Profile.Width,
        Height = isLast ? _console.Profile.Height - Math.Min(_console.Profile.Height / 3, state.Labels.Count * SummaryLines) : _console.Profile.Height,
        Selection = state.Selection.Describe(),
        Hint = isLast ? null : "Ctrl+C ends",
        Zone = host.Time.LocalTimeZone,
        Glyphs = _console.Profile.Capabilities.Unicode ? Glyphs.Unicode : Glyphs.Ascii,
    }.Draw(state.Current, clock());
}
