using System.Globalization;
using Earshot.Cli.Output;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>Losses as lines for people: who and when, what the client says, what the server says, the verdict, and what became of the client.</summary>
internal sealed class WhyView(Screen screen)
{
    internal void Write(FleetInput input, FleetReport report, IReadOnlyList<FleetLoss> losses, bool hasAll)
    {
        FleetHeader.Write(screen, input, report);
        List<FleetLoss> shown = [.. losses.Where(loss => hasAll || !IsOrdinary(loss))];
        foreach (FleetLoss loss in shown)
        {
            Write(loss);
        }

        List<FleetLoss> ordinary = hasAll ? [] : [.. losses.Where(IsOrdinary)];
        foreach (IGrouping<string, FleetLoss> client in ordinary.GroupBy(loss => $"{loss.Name ?? "without a name"} on {loss.Host ?? "an unknown host"}").OrderBy(client => client.Key, StringComparer.Ordinal))
        {
            screen.Line(
                new Span($"{Time(client.Max(loss => loss.From))}  ", TextStyle.Quiet), new Span($"{SafeText.Line(client.Key)}  ", TextStyle.Heading),
                new Span($"{(client.Count() == 1 ? "closed its connection" : $"closed {client.Count()} connections")}, or its process ended: there is no journal that shows which (--all lists them)"));
        }

        if (losses.Count == 0)
        {
            screen.Line(new Span("No connection was lost, as far as these sources show.", TextStyle.Good));
        }
    }

    private void Write(FleetLoss loss)
    {
        string place = loss.ClientId is { } cid ? string.Create(CultureInfo.InvariantCulture, $"{loss.Server} cid {cid}") : loss.Server;
        string who = string.Join(" ", new[] { loss.Account, loss.User, loss.Host }.OfType<string>());
        screen.Line(
            new Span($"{Time(loss.From)}  ", TextStyle.Quiet), new Span($"{SafeText.Line(loss.Name ?? loss.ConnectionId ?? "a client")}  ", TextStyle.Heading),
            new Span(SafeText.Line($"{(loss.IsRefusal ? "refused by" : "lost")} {place}{(who.Length == 0 ? "" : $" ({who})")}")));
        Part("client says", loss.ClientSays ?? "nothing: there is no journal");
        Part("server says", loss.ServerSays ?? "nothing");
        Part("verdict", loss.Cause);
        if (!loss.IsRefusal)
        {
            Part("since then", loss.OutcomeText);
        }
    }

    private void Part(string title, string text) => screen.Line(new Span("    "), new Span(title.PadRight(13), TextStyle.Quiet), new Span(SafeText.Line(text)));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    // Programs come and go; without their journals a list of them hides what was lost.
    private static bool IsOrdinary(FleetLoss loss) => loss is { Verdict: FleetVerdict.Unknown, ConnectionId: null, ServerSays: "Client Closed" or "Read Error" };
}
