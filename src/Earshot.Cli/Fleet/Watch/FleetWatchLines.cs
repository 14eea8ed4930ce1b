using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>Changes as lines for people; on a terminal a last line with the servers and counts, which is written in place.</summary>
internal sealed class FleetWatchLines(ToolHost host) : IFleetWatchView
{
    private const int MostServers = 6;

    private readonly Screen _screen = host.OpenScreen();
    private readonly StatusLine? _status = !host.IsOutRedirected && host.CanErase ? new StatusLine(LiveFrame.Open(host.Out, host.IsPlain)) : null;

    public void Begin(FleetStreamContent content)
    {
        _status?.Clear();
        _screen.Line(new Span(SafeText.Line(StreamReading.Summary(content)), TextStyle.Heading));
        foreach (string hint in StreamReading.Hints(content))
        {
            _screen.Line(new Span("  "), new Span(SafeText.Line(hint), TextStyle.Quiet));
        }
    }

    public void Show(DateTimeOffset at, FleetChange change)
    {
        _status?.Clear();
        Span time = new($"{at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}  ", TextStyle.Quiet);
        if (change.Server is { } server)
        {
            Spectre.Console.Style style = server.State == FleetServerState.Up ? TextStyle.Good : TextStyle.Bad;
            string before = change.Before is { } state ? $"{Word(state)} → " : "";
            _screen.Line(time, new Span("server   ", TextStyle.Quiet), new Span($"{SafeText.Line(server.Name)}  ", style), new Span($"{before}{Word(server.State)}, {Count(server.Open, "open connection")}"));
        }
        else if (change.Incident is { } incident)
        {
            (string word, Spectre.Console.Style style) = change.Kind switch
            {
                FleetChangeKind.IncidentBegan => ("began", TextStyle.Bad),
                FleetChangeKind.IncidentEnded => ("over", TextStyle.Good),
                FleetChangeKind.IncidentWithdrawn => ("not so", TextStyle.Quiet),
                _ => ("now", TextStyle.Of(NatsEventSeverity.Warning)),
            };
            _screen.Line(time, new Span($"{word,-7}  ", style), new Span($"{incident.Id}  ", TextStyle.Quiet), new Span(SafeText.Line(incident.Sentence)));
        }
    }

    public void Now(FleetStreamContent content, FleetReport report, int inProgress)
    {
        if (_status is null)
        {
            return;
        }

        List<FleetServer> servers = [.. report.Servers.Where(server => server.State != FleetServerState.Replaced)];
        string rest = servers.Count > MostServers ? $"  and {servers.Count - MostServers} more" : "";
        string text = $"{string.Join("  ", servers.Take(MostServers).Select(server => $"{SafeText.Line(server.Name)} {Word(server.State)} {server.Open}"))}{rest}  ·  {Count(inProgress, "incident")} in progress  ·  {Count(content.Records.Count, "record")}";
        _status.Show(FrameLine.Of(Math.Max(20, (host.Width ?? 80) - 1), new Span(text, TextStyle.Quiet)));
    }

    public void End() => _status?.Clear();

    internal static string Word(FleetServerState state) => state switch
    {
        FleetServerState.LameDuck => "lame duck",
        FleetServerState.Stopped => "stopped",
        FleetServerState.Silent => "silent",
        FleetServerState.Replaced => "restarted",
        _ => "up",
    };

    private static string Count(int count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");
}
