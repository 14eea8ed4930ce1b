using System.Globalization;

namespace Earshot.Cli.Demo;

/// <summary>
/// What the life of the connection came to, from its journal and from the ledger of its traffic. It counts and prints; it
/// does not judge.
/// </summary>
internal sealed class Summary(IReadOnlyList<NatsConnectionEvent> journal, Traffic traffic, Screen screen)
{
    private const int LabelWidth = 14;

    internal void Print()
    {
        screen.Line();
        screen.Line(new Span("  Summary", Look.Heading));
        PrintKinds();
        PrintOutages();
        PrintTraffic();
        PrintLossWindows();
    }

    private void PrintKinds()
    {
        var kinds = journal.GroupBy(e => e.Kind).OrderBy(group => group.Key).Select(group => $"{group.Key} {group.Sum(e => e.RepeatCount)}");
        Line("events", string.Create(CultureInfo.InvariantCulture, $"{journal.Sum(e => e.RepeatCount)}: {string.Join(", ", kinds)}"));
    }

    private void PrintOutages()
    {
        var disconnects = journal.OfType<NatsDisconnectedEvent>().ToList();
        foreach (var back in journal.OfType<NatsReconnectedEvent>())
        {
            // The session that was lost is the one before, whether it ended before the next one began or after.
            var cause = disconnects.LastOrDefault(lost => lost.Sequence < back.Sequence);
            var why = cause is null ? "" : $"{cause.Reason} on {Name(cause.Server)}{(cause.Expected ? ", expected" : "")}";
            Line("outage", $"{Time(back.Outage)}: {why}; back on {Name(back.Server)} after {back.Attempts} {(back.Attempts == 1 ? "attempt" : "attempts")}");
        }
    }

    private void PrintTraffic()
    {
        var ledger = traffic.Ledger;
        Line("messages", Text($"{ledger.Published} published, {ledger.Received} received, {ledger.Replayed} of them replayed after an outage, {ledger.Lost} lost, {ledger.Duplicates} twice, {ledger.Refused} refused"));
        Line("requests", Text($"{traffic.RequestsAnswered} answered, {traffic.RequestsFailed} failed"));
    }

    private void PrintLossWindows()
    {
        var ledger = traffic.Ledger;
        var inWindows = 0;
        foreach (var e in journal.OfType<NatsResubscribedEvent>())
        {
            var lost = ledger.LostBetween(e.Window.From, e.Window.To);
            inWindows += lost;
            Line("loss window", Text($"{e.Window.From.UtcDateTime:HH:mm:ss.fff} to {e.Window.To.UtcDateTime:HH:mm:ss.fff} UTC ({Time(e.Window.To - e.Window.From)}): {lost} messages lost"));
        }

        Line("outside these", Text($"{ledger.Lost - inWindows} messages lost"));
    }

    private void Line(string label, string text) =>
        screen.Line(new Span($"  {label.PadRight(LabelWidth)}", Look.Quiet), new Span(text));

    private static string Name(NatsServer server) => server.Name ?? $"port {server.Url.Port}";

    private static string Time(TimeSpan time) =>
        time.TotalSeconds < 1 ? Text($"{time.TotalMilliseconds:0} ms") : Text($"{time.TotalSeconds:0.0} s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
