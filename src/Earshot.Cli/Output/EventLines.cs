using System.Globalization;
using Spectre.Console;

namespace Earshot.Cli.Output;

/// <summary>Events as lines: the time since the start of the connection, severity, kind, message.</summary>
internal static class EventLines
{
    private const int KindWidth = 22;

    internal static void Write(Screen screen, NatsConnectionEvent e)
    {
        string text = e.RepeatCount > 1 ? $"{e.Message} ({e.RepeatCount} times)" : e.Message;
        Span message = e.Severity < NatsEventSeverity.Information ? new Span(text, TextStyle.Quiet) : new Span(text);
        Write(screen, e.Elapsed, Word(e.Severity), e.Kind.ToString(), message, TextStyle.Of(e.Severity));
    }

    /// <summary>A line in the same columns for something that is no event.</summary>
    internal static void Write(Screen screen, TimeSpan elapsed, string severity, string kind, Span message, Style style) => screen.Line(
        new Span(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds,8:0.000}  "), TextStyle.Quiet),
        new Span($"{severity,-5}  ", style),
        new Span($"{kind.PadRight(KindWidth)} ", style),
        message);

    internal static string Word(NatsEventSeverity severity) => severity switch
    {
        NatsEventSeverity.Trace => "trace",
        NatsEventSeverity.Debug => "debug",
        NatsEventSeverity.Information => "info",
        NatsEventSeverity.Warning => "warn",
        NatsEventSeverity.Error => "error",
        _ => "fatal",
    };
}
