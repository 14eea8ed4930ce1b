using Earshot.Cli.Shell;

namespace Earshot.Cli.Watching;

/// <summary>Kinds, categories and severities of events as the command line names them; upper and lower case are equal.</summary>
internal static class EventNames
{
    /// <summary>Reads a list of kinds, their numbers and categories, separated by commas.</summary>
    /// <param name="option">The option, for the message of an error.</param>
    /// <param name="list">The list.</param>
    /// <exception cref="ToolException">A name is not known.</exception>
    internal static NatsEventFilter Parse(string option, string list)
    {
        NatsEventFilter filter = NatsEventFilter.None;
        foreach (string name in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!char.IsAsciiDigit(name[0]) && Enum.TryParse(name, ignoreCase: true, out NatsEventCategory category) && category != NatsEventCategory.None)
            {
                filter |= NatsEventFilter.Of(category);
            }
            else if (Enum.TryParse(name, ignoreCase: true, out NatsEventKind kind) && kind != NatsEventKind.None && Enum.IsDefined(kind))
            {
                filter |= NatsEventFilter.Of(kind);
            }
            else
            {
                throw new ToolException(
                    ExitCode.Usage, $"{option}: '{name}' is neither a kind of event (such as Disconnected or 103) nor a category ({string.Join(", ", Categories)}).");
            }
        }

        return filter != NatsEventFilter.None ? filter : throw new ToolException(ExitCode.Usage, $"{option} names no event.");
    }

    /// <summary>Reads a severity.</summary>
    /// <exception cref="ToolException">The name is not known.</exception>
    internal static NatsEventSeverity ParseSeverity(string option, string name) => name.ToLowerInvariant() switch
    {
        "trace" => NatsEventSeverity.Trace,
        "debug" => NatsEventSeverity.Debug,
        "info" or "information" => NatsEventSeverity.Information,
        "warn" or "warning" => NatsEventSeverity.Warning,
        "error" => NatsEventSeverity.Error,
        "fatal" or "critical" => NatsEventSeverity.Critical,
        _ => throw new ToolException(ExitCode.Usage, $"{option} is '{name}'; it must be trace, debug, info, warn, error or fatal."),
    };

    private static IEnumerable<NatsEventCategory> Categories => Enum.GetValues<NatsEventCategory>().Where(static category => category != NatsEventCategory.None);
}
