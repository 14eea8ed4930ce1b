using System.Globalization;

using Earshot.Cli.Output;
namespace Earshot.Cli.Demo;

/// <summary>
/// The totals of the connection run, from its journal and from the log of its traffic. It counts and prints; it
/// does not evaluate.
/// </summary>
internal sealed class Summary(IReadOnlyList<NatsConnectionEvent> journal, Traffic traffic, Screen screen)
{
    private const int LabelWidth = 16;

    // A window begins with the last byte that came in. A message published just before may have been in flight to the server.
    private static readonly TimeSpan s_inFlightTolerance = TimeSpan.FromMilliseconds(50);

    internal void Print()
    {
        screen.Line();
        screen.Line(new Span("  Summary", TextStyle.Heading));
        PrintKinds();
        PrintOutages();
        PrintTraffic();
        PrintLossWindows();
    }

    private void PrintKinds()
    {
        Line("events", Text($"{journal.Sum(e => e.RepeatCount)} in all"));
        foreach (IGrouping<NatsEventCategory, NatsConnectionEvent>? category in journal.GroupBy(e => e.Category).OrderBy(group => group.Key))
        {
            IEnumerable<string> kinds = category.GroupBy(e => e.Kind).OrderBy(group => group.Key).Select(group => Text($"{group.Key} {group.Sum(e => e.RepeatCount)}"));
            Line($"  {category.Key}", string.Join(", ", kinds));
        }
    }

    private void PrintOutages()
    {
        var disconnects = journal.OfType<NatsDisconnectedEvent>().ToList();
        foreach (NatsReconnectedEvent back in journal.OfType<NatsReconnectedEvent>())
        {
            // The session that was lost is the one before, whether it ended before the next one began or after.
            NatsDisconnectedEvent? cause = disconnects.LastOrDefault(lost => lost.Sequence < back.Sequence);
            string why = cause is null ? "" : $"{cause.Reason} on {Name(cause.Server)}{(cause.Expected ? ", expected" : "")}";
            Line("outage", $"{Time(back.OutageDuration)}: {why}; back on {Name(back.Server)} after {back.Attempts} {(back.Attempts == 1 ? "attempt" : "attempts")}");
        }
    }

    private void PrintTraffic()
    {
        MessageLog ledger = traffic.Ledger;
        Line("messages", Text($"{ledger.Published} published, {ledger.Received} received, {ledger.Replayed} of them replayed after an outage, {ledger.Lost} lost, {ledger.Duplicates} duplicated, {ledger.Refused} rejected"));
        var failures = traffic.RequestsFailed.OrderBy(failure => failure.Key).ToList();
        string kinds = failures.Count == 0 ? "" : $": {string.Join(", ", failures.Select(failure => Text($"{failure.Key} {failure.Value}")))}";
        Line("requests", Text($"{traffic.RequestsAnswered} answered, {failures.Sum(failure => failure.Value)} failed{kinds}"));
    }

    private void PrintLossWindows()
    {
        int elsewhere = traffic.Ledger.Lost;
        DateTimeOffset before = DateTimeOffset.MinValue;
        foreach (NatsResubscribedEvent e in journal.OfType<NatsResubscribedEvent>())
        {
            int lost = traffic.Ledger.LostBetween(e.Window.From, e.Window.To);
            DateTimeOffset from = e.Window.From - s_inFlightTolerance;
            int inFlight = traffic.Ledger.LostBetween(from > before ? from : before, e.Window.From.AddTicks(-1));
            string more = inFlight == 0 ? "" : Text($", {inFlight} more in flight when it began");
            before = e.Window.To.AddTicks(1);
            elsewhere -= lost + inFlight;
            // On the scale of the lines above, which count from the making of the connection.
            DateTimeOffset start = e.Timestamp - e.Elapsed;
            Line("loss window", Text($"{(e.Window.From - start).TotalSeconds:0.000} to {(e.Window.To - start).TotalSeconds:0.000} ({Time(e.Window.To - e.Window.From)}): {lost} messages lost{more}, {e.Window.UncertainMessages} publishes unconfirmed"));
        }

        Line("elsewhere", Text($"{elsewhere} messages lost outside of the loss windows"));
    }

    private void Line(string label, string text) =>
        screen.Line(new Span($"  {label.PadRight(LabelWidth)}", TextStyle.Quiet), new Span(text));

    private static string Name(NatsServer server) => server.Name ?? $"port {server.Url.Port}";

    private static string Time(TimeSpan time) =>
        time.TotalSeconds < 1 ? Text($"{time.TotalMilliseconds:0} ms") : Text($"{time.TotalSeconds:0.0} s");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
