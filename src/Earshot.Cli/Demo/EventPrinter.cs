using Earshot.Cli.Output;

namespace Earshot.Cli.Demo;

/// <summary>Turns events, headings and remarks into lines: time since the start, severity, kind, message.</summary>
/// <param name="screen">Where the lines go.</param>
/// <param name="least">Events below this severity are not printed.</param>
internal sealed class EventPrinter(Screen screen, NatsEventSeverity least)
{
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

        EventLines.Write(screen, e);
    }

    /// <summary>A line for something that is no event: the result of a call.</summary>
    internal void Remark(TimeSpan elapsed, string what, string text) => EventLines.Write(screen, elapsed, "call", what, new Span(text), TextStyle.Heading);

    internal void Failure(string text)
    {
        screen.Line();
        screen.Line(new Span("FAILED  ", TextStyle.Bad), new Span(text));
    }
}
