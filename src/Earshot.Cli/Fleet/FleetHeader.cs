using Earshot.Cli.Output;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The first lines of an answer: what was read, the servers, and which half is missing.</summary>
internal static class FleetHeader
{
    internal static void Write(Screen screen, FleetInput input, FleetReport report)
    {
        screen.Line(new Span(SafeText.Line(input.Summary), TextStyle.Heading));
        foreach (FleetServer server in report.Servers.Where(server => server.State != FleetServerState.Replaced || server.Open > 0))
        {
            string offset = server.ClockOffset.Duration() < TimeSpan.FromMilliseconds(100) ? "" : $", its clock is {Math.Abs(server.ClockOffset.TotalSeconds):0.0} s {(server.ClockOffset > TimeSpan.Zero ? "ahead" : "behind")}";
            screen.Line(
                new Span("  "), new Span($"{SafeText.Line(server.Name)}  ", server.State == FleetServerState.Up ? TextStyle.Good : TextStyle.Bad),
                new Span($"{State(server.State)}, {(server.Open == 1 ? "1 open connection" : $"{server.Open} open connections")}{offset}"));
        }

        foreach (string hint in input.Hints)
        {
            screen.Line(new Span("  "), new Span(SafeText.Line(hint), TextStyle.Quiet));
        }

        if (report.IgnoredRecords > 0)
        {
            screen.Line(new Span("  "), new Span($"{report.IgnoredRecords} records have times that cannot be true, and were ignored.", TextStyle.Quiet));
        }

        if (report.MissingEvents.Count > 0)
        {
            string journals = report.MissingEvents.Count == 1 ? "One journal has" : $"{report.MissingEvents.Count} journals have";
            screen.Line(new Span("  "), new Span($"{journals} holes: {report.MissingEvents.Values.Sum()} events were evicted or not recorded.", TextStyle.Quiet));
        }

        screen.Line();
    }

    private static string State(FleetServerState state) => state switch
    {
        FleetServerState.LameDuck => "lame duck",
        FleetServerState.Stopped => "stopped",
        FleetServerState.Silent => "silent",
        FleetServerState.Replaced => "restarted",
        _ => "up",
    };
}
