using System.CommandLine;

namespace Earshot.Cli.Demo;

/// <summary>The verb <c>earshot demo</c>: its options, its help and its exit codes. What it does is in <see cref="DemoRun"/>.</summary>
internal static class DemoCommand
{
    private const string Description =
        """
        Shows the events of one connection live: starts a cluster of three servers on loopback, connects to one address,
        publishes and sends requests steadily, and lets servers join, leave, enter lame duck mode, stop and restart. The
        events are printed as they happen (--verbose includes those of severity trace and debug), and a summary at the end.
        Takes about half a minute and stops all servers. The servers run in this process, so nothing has to be installed;
        with --real they are nats-server processes, and two sections show JetStream: a consumer whose leader is killed, and
        publishes whose outcome stays known meanwhile.

        Exit codes: 0 all expected events were received; 1 an event was missing; 130 cancelled with Ctrl+C.
        """;

    internal static Command Create(TimeProvider time)
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
        var command = new Command("demo", Description) { real, json, fast, verbose };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var options = new DemoOptions { Real = arguments.GetValue(real), Json = arguments.GetValue(json), Verbose = arguments.GetValue(verbose) };
            if (arguments.GetValue(fast))
            {
                options = options with { Pause = TimeSpan.Zero };
            }

            bool noColor = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
            Screen screen = options.Json
                ? Screen.On(Console.Error, Console.IsErrorRedirected, noColor)
                : Screen.On(Console.Out, Console.IsOutputRedirected, noColor);
            using Stream? journal = options.Json ? Console.OpenStandardOutput() : null;
            return await new DemoRun(options, DemoScript.For(options.Real), screen, journal, time).RunAsync(cancellationToken).ConfigureAwait(false);
        });
        return command;
    }
}
