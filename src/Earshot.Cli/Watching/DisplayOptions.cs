using System.CommandLine;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>The options of <c>watch</c> and <c>replay</c> that choose what is shown and how.</summary>
internal sealed class DisplayOptions
{
    internal Option<string?> Filter { get; } = new("--filter") { Description = "Show only these events: kinds, their numbers and categories, separated by commas.", HelpName = "EVENTS" };

    internal Option<string?> Severity { get; } = new("--min-severity") { Description = "Show only events of this severity and above: trace, debug, info (default; with --json trace), warn, error, fatal.", HelpName = "SEVERITY" };

    internal Option<bool> Json { get; } = new("--json") { Description = "Write events as the JSON lines of a journal, and nothing else." };

    /// <summary>Returns which events are shown.</summary>
    /// <exception cref="ToolException">A name is not known.</exception>
    internal EventSelection Select(ParseResult parsed)
    {
        NatsEventFilter kinds = parsed.GetValue(Filter) is { } list ? EventNames.Parse("--filter", list) : NatsEventFilter.All;
        NatsEventSeverity least = parsed.GetValue(Severity) is { } name ? EventNames.ParseSeverity("--min-severity", name)
            : parsed.GetValue(Json) ? NatsEventSeverity.Trace : NatsEventSeverity.Information;
        return new EventSelection(kinds, least);
    }

    /// <summary>Opens the display that the options and the terminal ask for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="host">The streams.</param>
    /// <param name="state">The model of the screen.</param>
    /// <param name="clock">The time of the screen.</param>
    /// <param name="beforeDrawing">Called before the screen is drawn.</param>
    internal IWatchDisplay Open(ParseResult parsed, ToolHost host, WatchState state, Func<DateTimeOffset> clock, Action beforeDrawing)
    {
        if (parsed.GetValue(Json))
        {
            return new JsonDisplay(state, host);
        }

        var live = new LiveScreen(state, clock, host) { BeforeDrawing = beforeDrawing };
        return !host.IsOutRedirected && live.CanRedraw ? live : new LineDisplay(state, host);
    }
}
