using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Messages;

/// <summary>The verb <c>earshot sub</c>: shows the messages of one or several subjects.</summary>
internal static class SubCommand
{
    internal static Command Create(ToolHost host)
    {
        var subjects = new Argument<string[]>("subject") { Description = "The subjects; * matches one word, > all that follow.", Arity = ArgumentArity.OneOrMore };
        var queue = new Option<string?>("--queue", "-q") { Description = "Join this queue group: each message comes to one of its members." };
        var count = new Option<long?>("--count", "-n") { Description = "End after this number of messages." };
        var graph = new Option<bool>("--graph") { Description = "Show the rate once a second in place of the messages." };
        var command = new Verb(
            "sub", "Shows the messages of one or several subjects until it is stopped.",
            "earshot sub \"orders.>\"", "earshot sub orders.new --count 1 --raw", "earshot sub \"orders.>\" --graph", "earshot sub events.json --translate \"jq .\"")
        {
            subjects, queue, count, graph,
        };
        var view = IncomingView.AddTo(command, host);
        var arguments = ConnectionArguments.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(count) is <= 0)
            {
                throw new ToolException(ExitCode.Usage, "--count must be at least 1.");
            }

            if (parsed.GetValue(graph) && (view.IsJson(parsed) || view.IsRaw(parsed)))
            {
                throw new ToolException(ExitCode.Usage, $"--graph and {(view.IsJson(parsed) ? "--json" : "--raw")} exclude each other.");
            }

            Func<IncomingMessage, CancellationToken, Task> write = view.Writer(parsed, arguments.Timeout(parsed));
            ToolConnection connection = await ToolConnection.OpenAsync(arguments.ToOptions(parsed), host, cancellationToken).ConfigureAwait(false);
            RateLines? rates = parsed.GetValue(graph) ? new RateLines(host) : null;
            await using (connection.ConfigureAwait(false))
            {
                try
                {
                    using var reading = new Reading(connection, parsed.GetValue(count) ?? long.MaxValue, host, isQuiet: rates is not null && !host.IsErrorRedirected);
                    await reading.RunAsync(parsed.GetValue(subjects)!, parsed.GetValue(queue), rates is null ? write : CountOnly(rates), cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    if (rates is not null)
                    {
                        await rates.DisposeAsync().ConfigureAwait(false);
                    }
                }
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static Func<IncomingMessage, CancellationToken, Task> CountOnly(RateLines rates) => (_, _) =>
    {
        rates.Count();
        return Task.CompletedTask;
    };
}
