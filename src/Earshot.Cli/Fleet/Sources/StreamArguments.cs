using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Fleet;

/// <summary>The options of verbs that read the streams of a fleet, and what they mean.</summary>
internal sealed class StreamArguments
{
    private readonly Option<string?> _inbox = new("--inbox-prefix") { Description = "The beginning of reply subjects, such as _INBOX_VIEW for a user that may subscribe to no other.", HelpName = "SUBJECT" };

    private StreamArguments(Command command) => command.Add(_inbox);

    internal static StreamArguments AddTo(Command command) => new(command);

    /// <summary>Returns the options of the connection with the prefix of its inboxes.</summary>
    internal NatsOpts Apply(NatsOpts opts, ParseResult parsed) => parsed.GetValue(_inbox) is { } prefix ? opts with { InboxPrefix = prefix } : opts;

    /// <summary>Returns the value of an option that is a duration.</summary>
    /// <exception cref="ToolException">It is not valid.</exception>
    internal static TimeSpan? Time(string name, string? text) => text is null
        ? null
        : Duration.TryParse(text, out TimeSpan duration) && duration > TimeSpan.Zero && duration < TimeSpan.FromDays(3650)
            ? duration
            : throw new ToolException(ExitCode.Usage, $"{name} is '{text}'; it must be a duration such as 30m or 2h.");
}
