using System.Globalization;
using Spectre.Console;

namespace Earshot.Cli.Demo;

/// <summary>Turns events, headings and remarks into lines: time since the start, severity, kind, message.</summary>
/// <param name="screen">Where the lines go.</param>
/// <param name="least">Events below this severity are not printed.</param>
internal sealed class EventPrinter(Screen screen, NatsEventSeverity least)
{
    private const int KindWidth = 22;

    internal void Heading(int number, int of, DemoSection act)
    {
        screen.Line();
        screen.Line(new Span($"{number,3}/{of}  {act.Heading}", TextStyle.Heading));
        screen.Line(new Span("        "), new Span(act.Explanation, TextStyle.Quiet));
    }

    internal void Event(NatsConnectionEvent e)
    {
        if (e.Severity < least)
        {
            return;
        }

        Style look = TextStyle.Of(e.Severity);
        string text = e.RepeatCount > 1 ? $"{e.Message} ({e.RepeatCount} times)" : e.Message;
        Span message = e.Severity < NatsEventSeverity.Information ? new Span(text, TextStyle.Quiet) : new Span(text);
        Line(e.Elapsed, Word(e.Severity), e.Kind.ToString(), message, look);
    }

    /// <summary>A line for something that is no event: the result of a call.</summary>
    internal void Remark(TimeSpan elapsed, string what, string text) => Line(elapsed, "call", what, new Span(text), TextStyle.Heading);

    internal void Failure(string text)
    {
        screen.Line();
        screen.Line(new Span("FAILED  ", TextStyle.Bad), new Span(text));
    }

    private void Line(TimeSpan elapsed, string severity, string kind, Span message, Spectre.Console.Style look) => screen.Line(
        new Span(string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds,8:0.000}  "), TextStyle.Quiet),
        new Span($"{severity,-5}  ", look),
        new Span($"{kind.PadRight(KindWidth)} ", look),
        message);

    private static string Word(NatsEventSeverity severity) => severity switch
    {
        NatsEventSeverity.Trace => "trace",
        NatsEventSeverity.Debug => "debug",
        NatsEventSeverity.Information => "info",
        NatsEventSeverity.Warning => "warn",
        NatsEventSeverity.Error => "error",
        _ => "fatal",
    };
}
