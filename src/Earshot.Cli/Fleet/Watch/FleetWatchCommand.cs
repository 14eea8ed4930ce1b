using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Fleet;

/// <summary>The verb <c>earshot fleet watch</c>: its options and its help. What it does is in <see cref="FleetWatchRun"/>.</summary>
internal static class FleetWatchCommand
{
    private const string Description =
        """
        Follows the streams of a fleet and shows incidents as sentences when they begin, change and are over, and servers that change
        their states, until Ctrl+C. It needs the streams that earshot fleet init creates; earshot fleet why needs none.

        An incident is over when no client of it is known to be without a connection, none of its servers is silent or in lame duck mode,
        and nothing of it happened for 5 seconds. A summary is written to the standard error.

        Exit codes: 0 an incident is in progress (--until-incident), or the time of --for is over; 1 none came in time; 20 the user may
        not read the streams; 21 there is no stream; 130 Ctrl+C.
        """;

    internal static Command Create(ToolHost host)
    {
        var since = new Option<string?>("--since") { Description = "Begin with what happened within this time, such as 30m; default 10m.", HelpName = "DURATION" };
        var until = new Option<bool>("--until-incident") { Description = "End with 0 when an incident begins, or when one is in progress at the start." };
        var limit = new Option<string?>("--for") { Description = "End after this time, such as 8h; with --until-incident then with 1.", HelpName = "DURATION" };
        var json = new Option<bool>("--json") { Description = "Write changes as JSON lines." };
        var command = new Verb(
            "watch",
            Description,
            "earshot fleet watch --context ops",
            "earshot fleet watch --server nats://n1,nats://n2 --user viewer --password secret --inbox-prefix _INBOX_VIEW",
            "earshot fleet watch --context ops --until-incident --for 5m")
        { since, until, limit, json };
        var streams = StreamArguments.AddTo(command);
        var connecting = ConnectionArguments.AddTo(command, host);
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = new FleetWatchSettings
            {
                Since = StreamArguments.Time("--since", parsed.GetValue(since)) ?? TimeSpan.FromMinutes(10),
                UntilIncident = parsed.GetValue(until),
                Limit = StreamArguments.Time("--for", parsed.GetValue(limit)),
            };
            NatsOpts opts = streams.Apply(connecting.ToOptions(parsed), parsed) with { MaxReconnectRetry = -1 };
            IFleetWatchView view = parsed.GetValue(json) ? new FleetWatchJson(host) : new FleetWatchLines(host);
            return new FleetWatchRun(settings, view, host).RunAsync(opts, cancellationToken);
        });
        return command;
    }
}
