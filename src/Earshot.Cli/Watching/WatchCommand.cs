using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>The verb <c>earshot watch</c>: its options, its help, and the choice of the display. What it does is in <see cref="WatchRun"/>.</summary>
internal static class WatchCommand
{
    private const string Description =
        """
        Connects and shows what happens to the connection, until Ctrl+C: its state over the last five minutes, the servers and what is
        known of each, round-trip times, rates, and the events as they come. It also waits for a server that is not there yet, and
        reconnects without limit. Each URL is a connection of its own; a URL may be a list of servers separated by commas.

        On a terminal the screen is redrawn in place; otherwise each event is a line. With --json the lines are those of a journal; with
        several connections each line has the member "connection". A summary is written to the standard error.

        --exec: the shell runs the command with the event as a line of JSON on its standard input; one at a time, at most 64 events
        wait, and a command is ended after 10 seconds, also at the end. What it prints is shown as notes.

        Exit codes: 0 the event of --until came, or the time of --for is over; 1 the event did not come in time; 130 Ctrl+C; when the
        connection is closed for good, the code of its cause, such as 14 half a minute after every server has refused the credentials.
        """;

    internal static Command Create(ToolHost host)
    {
        var urls = new Argument<string[]>("url") { Description = "The servers; without one, the environment or the selected context.", Arity = ArgumentArity.ZeroOrMore };
        var display = new DisplayOptions();
        var until = new Option<string?>("--until") { Description = "End with 0 when one of these events comes.", HelpName = "EVENTS" };
        var limit = new Option<double?>("--for") { Description = "End after this time; with --until then with 1.", HelpName = "SECONDS" };
        var record = new Option<string?>("--record") { Description = "Keep the journal in a new file, all events whatever is shown; with several connections one file for each (night-1.jsonl).", HelpName = "FILE" };
        var exec = new Option<string?>("--exec") { Description = "Run a command on events.", HelpName = "COMMAND" };
        var on = new Option<string?>("--on") { Description = "The events that run the command of --exec; default: Lifecycle.", HelpName = "EVENTS" };
        var sub = new Option<string[]>("--sub") { Description = "Subscribe to a subject, so that messages flow; can be repeated.", HelpName = "SUBJECT" };
        var command = new Verb(
            "watch",
            Description,
            "earshot watch nats://localhost:4222",
            "earshot watch nats://a:4222 nats://b:4222 --min-severity warn",
            "earshot watch --record night.jsonl",
            "earshot watch --exec ./notify.sh --on Disconnected,Reconnected",
            "earshot watch --until Connected --for 30")
        { urls, display.Filter, display.Severity, until, limit, record, exec, on, sub, display.Json };
        var connecting = ConnectionArguments.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(on) is not null && parsed.GetValue(exec) is null)
            {
                throw new ToolException(ExitCode.Usage, "--on needs --exec.");
            }

            string[] subjects = parsed.GetValue(sub) ?? [];
            Array.ForEach(subjects, static subject => SubjectArgument.Check(subject, "--sub", hasWildcards: true));
            var settings = new WatchSettings
            {
                Subjects = subjects,
                Until = parsed.GetValue(until) is { } kinds ? EventNames.Parse("--until", kinds) : null,
                Limit = Limit(parsed.GetValue(limit)),
                Record = parsed.GetValue(record),
                Command = parsed.GetValue(exec),
                CommandKinds = parsed.GetValue(on) is { } events ? EventNames.Parse("--on", events) : NatsEventFilter.Lifecycle,
            };
            string[] given = parsed.GetValue(urls) ?? [];
            string?[] targets = given.Length > 0 ? given : new string?[1];
            WatchedConnection[] connections = [.. targets.Select(url => new WatchedConnection(WithoutLimits(connecting.ToOptions(parsed, url))))];
            string[] labels = [.. connections.Select(static connection => connection.Label)];
            var state = new WatchState(labels, display.Select(parsed));
            IWatchDisplay shown = display.Open(parsed, host, state, host.Time.GetUtcNow, () => Sample(state, connections, host.Time));
            return await new WatchRun(settings, connections, state, host).RunAsync(shown, cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    // A PING every 2 seconds draws the line of the round-trip times; with 10 of them open a silent server is given up about as late as with
    // the default options.
    private static NatsOpts WithoutLimits(NatsOpts opts) => opts with
    {
        RetryOnInitialConnect = true,
        MaxReconnectRetry = -1,
        PingInterval = TimeSpan.FromSeconds(2),
        MaxPingOut = 10,
    };

    private static TimeSpan? Limit(double? seconds) => seconds switch
    {
        null => null,
        > 0 and <= 86_400 * 30 => TimeSpan.FromSeconds(seconds.Value),
        _ => throw new ToolException(ExitCode.Usage, $"--for is {seconds}; it must be a number of seconds between 0 and 2592000."),
    };

    private static void Sample(WatchState state, WatchedConnection[] connections, TimeProvider time)
    {
        for (int i = 0; i < connections.Length; i++)
        {
            (int index, NatsConnectionSnapshot snapshot) = (i, connections[i].Snapshot);
            state.Change(model => model.Connections[index].State == LinkState.Closed ? model : model.Read(index, time.GetUtcNow(), snapshot));
        }
    }
}
