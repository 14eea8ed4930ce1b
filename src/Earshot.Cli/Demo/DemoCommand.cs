using System.CommandLine;
using Earshot.Cli.Journals;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Demo;

/// <summary>The verb <c>earshot demo</c>: its options, its help and its exit codes. What it does is in <see cref="DemoRun"/>.</summary>
internal static class DemoCommand
{
    private const string Description =
        """
        Shows the events of one connection live: starts a cluster of three servers on loopback, connects to one address,
        publishes and sends requests steadily, and lets servers join, leave, enter lame duck mode, stop and restart. Three
        sections show JetStream: a consumer that loses its leader, publishes whose outcome stays known meanwhile, and a watch
        of a key-value bucket in an outage. The events are printed as they happen (--verbose includes those of severity trace
        and debug), and a summary at the end. Takes about half a minute and stops all servers. The servers run in this
        process, so nothing has to be installed; with --real they are nats-server processes.

        With --fleet three nats-servers and twenty connections of three services are started, and a rolling restart, a kill, a
        frozen process, a reader that does not read and a certificate that is not trusted are caused: the journals are
        shipped, the events of the servers are collected, and the incidents that are found must be the causes. Takes about
        a minute and a half, on Linux and macOS.

        Exit codes: 0 all expected events were received; 1 an event was missing; 3 the page of --html
        cannot be written; 130 cancelled with Ctrl+C.
        """;

    internal static Command Create(ToolHost host)
    {
        var json = new Option<bool>("--json")
        {
            Description = "Write the journal as JSON lines to standard output and everything else to standard error.",
        };
        var real = new Option<bool>("--real")
        {
            Description = "Use real nats-server processes: the binary in NATS_SERVER, or the newest on PATH.",
        };
        var fast = new Option<bool>("--fast") { Description = "Do not pause between the sections." };
        var verbose = new Option<bool>("--verbose") { Description = "Also print events of severity trace and debug." };
        var fleet = new Option<bool>("--fleet") { Description = "Show the incidents of a fleet instead: three nats-servers, twenty connections, five causes." };
        var html = new Option<string?>("--html") { Description = "Also write the timeline of the connection as one HTML page to this file.", HelpName = "FILE" };
        var command = new Verb("demo", Description, "earshot demo", "earshot demo --real --verbose", "earshot demo --fast --json > journal.jsonl", "earshot demo --html demo.html", "earshot demo --fleet --html fleet.html") { real, json, fast, verbose, fleet, html };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            if (arguments.GetValue(fleet))
            {
                if (Array.Find([json, real, fast, verbose], option => arguments.GetValue(option)) is { } other)
                {
                    throw new ToolException(ExitCode.Usage, $"--fleet and {other.Name} exclude each other.");
                }

                return await new FleetDemoRun(host.OpenScreen(), host.Error, host.Time).RunAsync(arguments.GetValue(html), cancellationToken).ConfigureAwait(false);
            }

            var options = new DemoOptions { Real = arguments.GetValue(real), Json = arguments.GetValue(json), Verbose = arguments.GetValue(verbose) };
            if (arguments.GetValue(fast))
            {
                options = options with { Pause = TimeSpan.Zero };
            }

            Screen screen = options.Json ? host.OpenErrorScreen() : host.OpenScreen();
            using Stream? journal = options.Json ? (host.OutBytes ?? Console.OpenStandardOutput)() : null;
            var run = new DemoRun(options, DemoScript.Acts, screen, journal, host.Time);
            int code = await run.RunAsync(cancellationToken).ConfigureAwait(false);
            if (arguments.GetValue(html) is { } page && run.Seen.Count > 0)
            {
                // Also after Ctrl+C, which ends the servers and not the page of what was seen.
                await PageFile.WriteAsync(TimelineReader.Read([new RecordedJournal("earshot demo", run.Seen)]), page, host.Error, CancellationToken.None).ConfigureAwait(false);
            }

            return code;
        });
        return command;
    }
}
