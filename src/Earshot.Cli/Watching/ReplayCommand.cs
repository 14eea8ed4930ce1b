using System.CommandLine;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>The verb <c>earshot replay</c>: its options and its help. What it does is in <see cref="ReplayRun"/>.</summary>
internal static class ReplayCommand
{
    private const string Description =
        """
        Shows a recorded journal on the screen of watch, as it happened: on a terminal at the speed of --speed, otherwise immediately,
        one line per event. Several files are put on one time axis; each is a connection of its own. A last line that is incomplete,
        because the program that wrote it was killed, is left out.

        Exit codes: 0 all events were shown; 3 a file cannot be read or is not a journal; 130 Ctrl+C.
        """;

    internal static Command Create(ToolHost host)
    {
        var files = new Argument<string[]>("file") { Description = "Journals, as watch --record and NatsJournalExport write them; - for the standard input.", Arity = ArgumentArity.OneOrMore };
        var speed = new Option<double?>("--speed") { Description = "How many times as fast as it happened; default on a terminal: 1, otherwise immediately.", HelpName = "N" };
        var display = new DisplayOptions();
        var command = new Verb(
            "replay",
            Description,
            "earshot replay night.jsonl --speed 60",
            "earshot replay night-1.jsonl night-2.jsonl --min-severity warn",
            "earshot replay night.jsonl --filter Disconnected --json")
        { files, speed, display.Filter, display.Severity, display.Json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            double? times = parsed.GetValue(speed);
            if (times is <= 0 or > 100_000 or double.NaN)
            {
                throw new ToolException(ExitCode.Usage, $"--speed is {times}; it must be a number above 0, at most 100000.");
            }

            EventSelection selection = display.Select(parsed);
            ReplayRun run = await ReplayRun.ReadAsync(parsed.GetValue(files)!, host, cancellationToken).ConfigureAwait(false);
            var state = new WatchState(run.Labels, selection);
            IWatchDisplay shown = display.Open(parsed, host, state, () => run.Now, static () => { });
            try
            {
                await run.RunAsync(shown, state, times ?? (shown is LiveScreen ? 1 : null), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                WatchSummary.Write(state.Current, run.Now, host.OpenErrorScreen());
            }

            return ExitCode.Success;
        });
        return command;
    }
}
