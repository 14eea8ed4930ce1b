using System.CommandLine;
using System.CommandLine.Help;
using Earshot.Cli.Bench;
using Earshot.Cli.Completion;
using Earshot.Cli.Contexts;
using Earshot.Cli.Demo;
using Earshot.Cli.Doctor;
using Earshot.Cli.EventTable;
using Earshot.Cli.Fleet;
using Earshot.Cli.Journals;
using Earshot.Cli.LocalServer;
using Earshot.Cli.Messages;
using Earshot.Cli.Shell;
using Earshot.Cli.Watching;

namespace Earshot.Cli;

/// <summary>The root command with all verbs. What a verb does is in its folder.</summary>
internal static class EarshotTool
{
    // On Ctrl+C the servers of the demo are ended before the process is; they need a moment for that.
    private static readonly TimeSpan s_terminationTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code, one of <see cref="ExitCode"/>.</returns>
    internal static async Task<int> RunAsync(IReadOnlyList<string> args, ToolHost host, CancellationToken cancellationToken = default)
    {
        try
        {
            return await InvokeAsync(args, host, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled;
        }
        catch (Exception e) when (OutputClosedException.IsCauseOf(e))
        {
            return ExitCode.OutputClosed;
        }
        catch (Exception e)
        {
            var failure = Failure.Of(e);
            host.Note(failure.Message);
            return failure.Code;
        }
    }

    private static async Task<int> InvokeAsync(IReadOnlyList<string> args, ToolHost host, CancellationToken cancellationToken)
    {
        if (Suggestions.TryWrite(CreateRoot(host), args, host.Out))
        {
            return ExitCode.Success;
        }

        // A message may begin with an @, which is no name of a file with arguments.
        ParseResult parsed = CreateRoot(host).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count == 0 && UnknownOption.Find(parsed, args) is { } unknown)
        {
            host.Note(unknown);
            return ExitCode.Usage;
        }

        bool isError = parsed.Errors.Count > 0 && parsed.Action is not VerbHelp;
        var invocation = new InvocationConfiguration
        {
            Output = isError ? host.Error : host.Out, // the help that follows an error is no answer
            Error = host.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = s_terminationTimeout,
        };
        int code = await parsed.InvokeAsync(invocation, cancellationToken).ConfigureAwait(false);
        return isError ? ExitCode.Usage : code;
    }

    // Not a RootCommand, whose name would be that of the file.
    internal static Command CreateRoot(ToolHost host) => new("earshot", "Shows what happens to a connection to NATS, finds out why it fails, and keeps and pictures outages.")
    {
        new HelpOption { Action = new VerbHelp(host) },
        new VersionOption(),
        WatchCommand.Create(host),
        ReplayCommand.Create(host),
        DoctorCommand.Create(host),
        TimelineCommand.Create(host),
        ValidateCommand.Create(host),
        DiffCommand.Create(host),
        FleetCommand.Create(host),
        PubCommand.Create(host),
        SubCommand.Create(host),
        RequestCommand.Create(host),
        ReplyCommand.Create(host),
        RttCommand.Create(host),
        BenchCommand.Create(host),
        EventsCommand.Create(host),
        ExplainCommand.Create(host),
        ServerCommand.Create(host),
        DemoCommand.Create(host),
        ContextCommand.Create(host),
        CompletionCommand.Create(host),
    };
}
