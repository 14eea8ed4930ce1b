using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Cli.Shell;
using Earshot.Fleet;
using Spectre.Console;

namespace Earshot.Cli.Fleet;

/// <summary>The counters of a collector as lines for people or as JSON.</summary>
internal sealed class CollectorLines(ToolHost host, bool isJson)
{
    private readonly Screen _screen = host.OpenScreen();

    internal void Started()
    {
        if (!isJson)
        {
            host.Note($"collecting the events of servers into {FleetStreams.ServersName}; Ctrl+C ends");
        }
    }

    internal void Write(FleetCollectorCounters counters)
    {
        DateTimeOffset now = host.Time.GetUtcNow();
        if (isJson)
        {
            JsonLines.Write(host.Out, CollectorAnswer.Of(counters, now), FleetJson.Default.CollectorAnswer);
            return;
        }

        string silent = counters.SilentServers == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {counters.SilentServers} silent");
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{counters.Servers} servers{silent}, {counters.Connections} connections, {counters.Received} events, {counters.Stored} stored, {counters.Duplicates} duplicates, {counters.Filled} filled in, {counters.Held} held");
        string dropped = counters.Dropped == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {counters.Dropped} dropped");
        _screen.Line(new Span($"{now.UtcDateTime:HH:mm:ss}  ", TextStyle.Quiet), new Span(text + dropped, counters.Trouble is null ? Style.Plain : TextStyle.Bad));
        if (counters.Trouble is { } trouble)
        {
            _screen.Line(new Span($"          not stored: {SafeText.Line(trouble)}", TextStyle.Bad));
        }
    }
}
