using Spectre.Console;

namespace Earshot.Cli.Output;

/// <summary>The few colours of the tool, taken from the terminal's own sixteen so that they fit light and dark ones.</summary>
internal static class TextStyle
{
    internal static readonly Style Heading = new(Color.Aqua, decoration: Decoration.Bold);
    internal static readonly Style Quiet = new(Color.Grey);
    internal static readonly Style Good = new(Color.Green);
    internal static readonly Style Bad = new(Color.Red, decoration: Decoration.Bold);

    private static readonly Style s_warning = new(Color.Yellow);
    private static readonly Style s_error = new(Color.Red);

    internal static Style Of(NatsEventSeverity severity) => severity switch
    {
        NatsEventSeverity.Critical => Bad,
        NatsEventSeverity.Error => s_error,
        NatsEventSeverity.Warning => s_warning,
        NatsEventSeverity.Information => Good,
        _ => Quiet,
    };
}
