using Earshot.Cli.Output;

namespace Earshot.Cli.Watching;

/// <summary>The last lines of <c>watch</c> and <c>replay</c>, one for each connection: how long, outages, time without a connection, attempts.</summary>
internal static class WatchSummary
{
    internal static void Write(WatchModel model, DateTimeOffset now, Screen screen)
    {
        foreach (ConnectionModel connection in model.Connections)
        {
            DateTimeOffset? first = connection.Spans.IsEmpty ? null : connection.Spans[0].From;
            DateTimeOffset end = connection is { State: LinkState.Closed, Since: { } closed } ? closed : now;
            string duration = first is { } start ? $"watched for {Amounts.Duration(end - start)}, " : "";
            int attempts = connection.FailedAttempts + connection.Sessions;
            string failed = connection.FailedAttempts == 0 ? "" : $", {connection.FailedAttempts} of them failed";
            string moves = connection.Moves == 0 ? "" : $", {Amounts.Count(connection.Moves, "planned move")}";
            string down = connection.Downtime(now) == TimeSpan.Zero ? "" : $", {Amounts.Duration(connection.Downtime(now))} without connection";
            screen.Line(
                new Span($"{connection.Label}  ", TextStyle.Heading),
                new Span($"{duration}{Amounts.Count(connection.Outages, "outage")}{down}{moves}, {Amounts.Count(attempts, "attempt")}{failed}"));
        }
    }
}
