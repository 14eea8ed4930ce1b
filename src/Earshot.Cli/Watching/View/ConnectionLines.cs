using Earshot.Cli.Output;
using Spectre.Console;

namespace Earshot.Cli.Watching;

/// <summary>The lines of one connection: what it is now in words, its bars, its servers, its totals.</summary>
/// <param name="model">The connection.</param>
/// <param name="now">The time.</param>
/// <param name="axis">The columns of the bars.</param>
/// <param name="width">The columns of a line.</param>
/// <param name="glyphs">The characters of the terminal.</param>
internal sealed class ConnectionLines(ConnectionModel model, DateTimeOffset now, TimeAxis axis, int width, Glyphs glyphs)
{
    /// <summary>The width of the names of lines.</summary>
    internal const int LabelWidth = 9;

    /// <summary>The width of the values behind the bars, with the space before them.</summary>
    internal const int ValueWidth = 12;

    /// <summary>The lines of the full form without those of the servers.</summary>
    internal const int FixedLines = 7;

    /// <summary>The lines of the short form.</summary>
    internal const int ShortLines = 3;

    private const int ShortestLabel = 12;

    internal List<FrameLine> Full(int servers) => [Title(), State(), .. Values(), .. Pool(servers), .. Reason(), Totals()];

    internal List<FrameLine> Short() => [Title(), State(), Totals()];

    // "nats://a:4222  OPEN  to n1 for 12 s"
    private FrameLine Title()
    {
        (string word, string detail) = model.State switch
        {
            LinkState.Open => ("OPEN", $"to {NameOrAddress(model.Server)} for {Lasting()}"),
            LinkState.LameDuck => ("LAME DUCK", $"{NameOrAddress(model.Server)} will shut down{Leaving()}"),
            LinkState.Down => ("NO CONNECTION", $"for {Lasting()}{Next()}"),
            LinkState.Closed => ("CLOSED", ""),
            _ => ("CONNECTING", model.Since is null ? "" : $"for {Lasting()}"),
        };
        Style style = Glyphs.StyleOf(model.State).Combine(new Style(decoration: Decoration.Bold));
        // The servers have lines of their own, so that their names are cut first.
        string label = TextColumns.Fit(model.Label, Math.Max(ShortestLabel, width - TextColumns.Width(word) - TextColumns.Width(detail) - 4));
        return FrameLine.Of(width, new Span($"{label}  ", TextStyle.Heading), new Span(word, style), new Span($"  {detail}"));
    }

    // Why there is no connection.
    private IEnumerable<FrameLine> Reason() => model.Cause is null ? [] : [FrameLine.Of(width, Label("cause"), new Span(GivingUp()), new Span(SafeText.Line(model.Cause), Glyphs.StyleOf(LinkState.Down)))];

    private FrameLine State() => FrameLine.Of(width, [Label("state"), .. StateBar.Draw(model.Spans, now, axis, glyphs)]);

    private IEnumerable<FrameLine> Values()
    {
        yield return Bar("rtt", model.Rtt, HasSession && model.Rtt.Last is { } rtt ? Amounts.Duration(TimeSpan.FromSeconds(rtt.Value)) : "-");
        yield return Bar("in", model.Traffic.In, Rate(model.Traffic.In));
        yield return Bar("out", model.Traffic.Out, Rate(model.Traffic.Out));
    }

    private FrameLine Bar(string label, Measurements values, string value) =>
        FrameLine.Of(width, Label(label), new Span(Sparkline.Draw(values, axis, glyphs.Levels), new Style(Color.Teal)), new Span($" {value.PadLeft(ValueWidth - 1)}"));

    private bool HasSession => model.State is LinkState.Open or LinkState.LameDuck;

    private string Rate(Measurements values) => HasSession && values.Last is { } rate ? $"{Amounts.Bytes(rate.Value)}/s" : "-";

    private IEnumerable<FrameLine> Pool(int most)
    {
        int shown = model.Pool.Servers.Count <= most ? most : most - 1;
        int addressWidth = Math.Min(30, model.Pool.Servers.Select(static server => AddressOf(server).Length).DefaultIfEmpty(0).Max());
        int nameWidth = Math.Min(20, model.Pool.Servers.Select(static server => TextColumns.Width(NameOf(server))).DefaultIfEmpty(0).Max());
        string label = "servers";
        foreach (NatsServer server in model.Pool.Servers.Take(shown))
        {
            PoolState state = model.Pool.StateOf(server);
            yield return FrameLine.Of(
                width,
                Label(label),
                new Span($"{glyphs.Of(state)} ", Glyphs.StyleOf(state)),
                new Span($"{TextColumns.Pad(AddressOf(server), addressWidth)}  "),
                new Span(nameWidth > 0 ? $"{TextColumns.Pad(NameOf(server), nameWidth)}  " : ""),
                new Span(Words(state, server), Glyphs.StyleOf(state)));
            label = "";
        }

        if (model.Pool.Servers.Count > shown)
        {
            yield return FrameLine.Of(width, Label(""), new Span($"  and {model.Pool.Servers.Count - shown} more", TextStyle.Quiet));
        }
    }

    private FrameLine Totals()
    {
        NatsStats stats = model.Traffic.Stats;
        TimeSpan down = model.Downtime(now);
        string lost = down > TimeSpan.Zero ? $" ({Amounts.Duration(down)})" : "";
        List<Span> parts =
        [
            Label("totals"),
            new Span(Amounts.Count(model.Outages, "outage")),
            new Span(model.Outages > 0 ? lost : ""),
            new Span(model.Moves > 0 ? $", {Amounts.Count(model.Moves, "planned move")}{(model.Outages > 0 ? "" : lost)}" : ""),
            new Span(model.FailedAttempts > 0 ? $", {Amounts.Count(model.FailedAttempts, "failed attempt")}" : ""),
            new Span($", {Amounts.Bytes(stats.PendingBytes)} pending"),
            new Span(stats.DroppedMessages > 0 ? $", {Amounts.Count(stats.DroppedMessages, "message")} dropped" : ""),
        ];
        return FrameLine.Of(width, [.. parts]);
    }

    private static string Words(PoolState state, NatsServer server) => state switch
    {
        PoolState.Connected => "connected",
        PoolState.ConnectedLameDuck => "connected, will shut down",
        PoolState.Dialling => "connecting",
        PoolState.LameDuck => "shuts down",
        PoolState.Parked => $"parked{Error(server)}",
        PoolState.Failing when server.Attempts == 0 => $"session lost{Error(server)}",
        PoolState.Failing => $"{Amounts.Count(server.Attempts, "failed attempt")}{Error(server)}",
        _ => "available",
    };

    private static string Error(NatsServer server) => server.LastError is null ? "" : $": {SafeText.Line(server.LastError)}";

    private string Lasting() => model.Since is { } since ? Amounts.Whole(now - since) : "";

    private string Next() => model.NextAttempt is { } next && next > now ? $", next attempt in {Amounts.Whole(next - now + TimeSpan.FromSeconds(1))}" : "";

    private string GivingUp() => model.GivesUp is { } at && at > now ? $"credentials refused, gives up in {Amounts.Whole(at - now + TimeSpan.FromSeconds(1))}: " : "";

    private string Leaving() => model.Migration is { } at && at > now ? $", moving in {Amounts.Whole(at - now + TimeSpan.FromSeconds(1))}" : "";

    private static string NameOf(NatsServer server) => SafeText.Line(server.Name ?? "");

    private static string NameOrAddress(NatsServer? server) => server is null ? "" : server.Name is null ? AddressOf(server) : NameOf(server);

    private static string AddressOf(NatsServer server) => $"{server.Url.Host}:{server.Url.Port}";

    private static Span Label(string label) => new(label.PadRight(LabelWidth), TextStyle.Quiet);
}
