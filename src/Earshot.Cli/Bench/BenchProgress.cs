using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Spectre.Console;

namespace Earshot.Cli.Bench;

/// <summary>Shows how far something is, on the standard error: a bar on a terminal, a line per second elsewhere.</summary>
/// <param name="host">The standard error.</param>
/// <param name="now">Returns the part that is done, from 0 to 1, and a line about it.</param>
internal sealed class BenchProgress(ToolHost host, Func<(double Part, string Text)> now)
{
    private const int WidestBar = 40;
    private const int PercentWidth = 6;

    // A bar moves, and lines would flood.
    private static readonly TimeSpan s_barInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_lineInterval = TimeSpan.FromSeconds(1);

    /// <summary>The terminal; tests use their own.</summary>
    internal IAnsiConsole Terminal { get; init; } = LiveFrame.Open(host.Error, host.IsPlain);

    /// <summary>Shows the progress until the work has ended, however it ends.</summary>
    internal async Task ShowAsync(Task work)
    {
        if (host.IsErrorRedirected || !host.CanErase)
        {
            await FollowAsync(work, s_lineInterval, () => host.Error.WriteLine(now().Text)).ConfigureAwait(false);
            return;
        }

        var line = new StatusLine(Terminal);
        line.Show(Bar(Terminal.Profile.Width - 1));
        await FollowAsync(work, s_barInterval, () => line.Show(Bar(Terminal.Profile.Width - 1))).ConfigureAwait(false);
        line.Clear();
    }

    /// <summary>Returns the bar for a number of columns; the text comes first.</summary>
    internal FrameLine Bar(int columns)
    {
        (double part, string text) = now();
        int width = Math.Clamp(columns - TextColumns.Width(text) - PercentWidth - 1, 0, WidestBar);
        int done = (int)(part * width);
        bool isUnicode = Terminal.Profile.Capabilities.Unicode;
        return FrameLine.Of(
            columns,
            new Span($"{text} "),
            new Span(new string(isUnicode ? '━' : '#', done), TextStyle.Good),
            new Span(new string(isUnicode ? '─' : '-', width - done), TextStyle.Quiet),
            new Span(string.Create(CultureInfo.InvariantCulture, $" {Math.Floor(part * 100),4:0}%")));
    }

    private async Task FollowAsync(Task work, TimeSpan interval, Action show)
    {
        using var timer = new PeriodicTimer(interval, host.Time);
        Task<bool> tick = timer.WaitForNextTickAsync().AsTask();
        while (await Task.WhenAny(work, tick).ConfigureAwait(false) != work)
        {
            show();
            tick = timer.WaitForNextTickAsync().AsTask();
        }
    }
}
