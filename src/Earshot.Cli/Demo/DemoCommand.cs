using System.CommandLine;

namespace Earshot.Cli.Demo;

/// <summary>The verb <c>earshot demo</c>: its options, its help and its exit codes. What it does is in <see cref="DemoRun"/>.</summary>
internal static class DemoCommand
{
    private const string Description =
        """
        Takes one connection through its life, live: starts a cluster of three servers on loopback, connects by one address,
        publishes and requests steadily, and lets servers join, leave, go lame duck, die and return. Every event of the
        connection is printed as it happens, and a summary at the end. Takes about half a minute; no server is left. The
        servers run in this process and need nothing to be installed; with --real they are nats-server processes.

        Exit codes: 0 all expected events came; 1 one did not; 130 stopped by Ctrl-C.
        """;

    internal static Command Create(TimeProvider time)
    {
        var json = new Option<bool>("--json")
        {
            Description = "Write the journal to the standard output as JSON lines, and everything else to the standard error.",
        };
        var real = new Option<bool>("--real")
        {
            Description = "Use real nats-servers: the one NATS_SERVER names, or the newest on PATH.",
        };
        var fast = new Option<bool>("--fast") { Description = "Do not pause between the acts." };
        var command = new Command("demo", Description) { real, json, fast };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var options = new DemoOptions { Real = arguments.GetValue(real), Json = arguments.GetValue(json) };
            if (arguments.GetValue(fast))
            {
                options = options with { Pause = TimeSpan.Zero };
            }

            bool noColor = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 };
            Screen screen = options.Json
                ? Screen.On(Console.Error, Console.IsErrorRedirected, noColor)
                : Screen.On(Console.Out, Console.IsOutputRedirected, noColor);
            using Stream? journal = options.Json ? Console.OpenStandardOutput() : null;
            return await new DemoRun(options, DemoScript.Acts, screen, journal, time).RunAsync(cancellationToken).ConfigureAwait(false);
        });
        return command;
    }
}
