using Spectre.Console;

namespace Earshot.Cli.Output;

/// <summary>
/// A picture on a terminal that is redrawn in place, and only when a line of it has changed. At the end the cursor is below it and visible,
/// or in its place if the picture is removed.
/// </summary>
/// <param name="console">The terminal.</param>
/// <param name="interval">The time between two drawings.</param>
/// <param name="time">The clock.</param>
internal sealed class LiveFrame(IAnsiConsole console, TimeSpan interval, TimeProvider time)
{
    /// <summary>Whether the picture is removed at the end.</summary>
    internal bool IsRemoved { get; init; }

    /// <summary>Whether the terminal understands the sequences that move the cursor.</summary>
    internal bool CanRedraw => console.Profile.Capabilities.Ansi;

    /// <summary>Opens a stream as a terminal on which pictures can be redrawn.</summary>
    internal static IAnsiConsole Open(TextWriter stream, bool noColor) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.Detect,
        ColorSystem = noColor ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(stream),
    });

    /// <summary>Draws until it is stopped.</summary>
    /// <param name="draw">Returns the picture; its argument is whether it is the last one.</param>
    /// <param name="stop">Ends it without an exception; the task completes when the terminal is as before.</param>
    internal async Task RunAsync(Func<bool, Frame> draw, CancellationToken stop)
    {
        Frame shown = draw(false);
        await console.Live(Redrawn(shown)).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
        {
            context.Refresh();
            int width = console.Profile.Width;
            bool isLast = false;
            while (!isLast)
            {
                await Task.Delay(interval, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                isLast = stop.IsCancellationRequested; // so that the last picture has all that was there at the end
                Frame next = draw(isLast);
                if (width != console.Profile.Width)
                {
                    // The terminal has broken the lines of the last picture in its own way.
                    width = console.Profile.Width;
                    await console.Profile.Out.Writer.WriteAsync("\e[H\e[2J").ConfigureAwait(false);
                }

                if (!next.Lines.SequenceEqual(shown.Lines))
                {
                    context.UpdateTarget(Redrawn(next));
                }

                shown = next;
            }
        }).ConfigureAwait(false);
        if (!IsRemoved)
        {
            // Written as ordinary lines: the last picture may be smaller than those before it.
            console.Write(shown);
        }
    }

    private static Frame Redrawn(Frame frame) => new(frame.Lines) { IsRedrawn = true };
}
