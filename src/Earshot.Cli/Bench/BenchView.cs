using Earshot.Cli.Output;

namespace Earshot.Cli.Bench;

/// <summary>A result for people, and as a table of comma-separated values.</summary>
internal static class BenchView
{
    private const int BarWidth = 24;

    /// <summary>Writes the rate, the percentiles and the histogram.</summary>
    internal static void Write(Screen screen, BenchResult result)
    {
        string clients = result.Clients == 1 ? "1 client" : $"{result.Clients} clients";
        screen.Line(
            new Span($"{result.Kind} {SafeText.Line(result.Target)}", TextStyle.Heading),
            new Span(Text($"  {clients}, {result.Messages:N0} messages in {result.Seconds:0.000} s")),
            new Span(result.Partial == true ? " (partial)" : "", TextStyle.Bad));
        screen.Line(new Span("  rate        ", TextStyle.Quiet), new Span(Text($"{result.MessagesPerSecond:N0} msg/s, {result.BytesPerSecond / 1e6:0.00} MB/s")));
        if (result.Latency is not { } latency)
        {
            return;
        }

        screen.Line(new Span("  latency     ", TextStyle.Quiet), new Span($"min {Time(latency.Min)}, mean {Time(latency.Mean)}, max {Time(latency.Max)}"));
        screen.Line(new Span("  percentiles ", TextStyle.Quiet), new Span($"50% {Time(latency.P50)}, 90% {Time(latency.P90)}, 99% {Time(latency.P99)}, 99.9% {Time(latency.P999)}"));
        long highest = latency.Ranges.Max(static range => range.Count);
        foreach (LatencyRange range in latency.Ranges)
        {
            string bar = new('#', (int)Math.Ceiling((double)range.Count / highest * BarWidth));
            screen.Line(new Span($"  up to {Time(range.UpTo),10}  ", TextStyle.Quiet), new Span(bar.PadRight(BarWidth), TextStyle.Good), new Span(Text($" {range.Count:N0}")));
        }
    }

    /// <summary>Returns the lines of the table: the names of the columns, each client, and all together. Times are in seconds.</summary>
    internal static IEnumerable<string> Csv(BenchResult result)
    {
        yield return "kind,client,messages,bytes,seconds,messages_per_second,p50,p99,max";
        foreach (BenchClientResult client in result.PerClient)
        {
            yield return Text($"{result.Kind},{client.Client},{client.Messages},{client.Bytes},{client.Seconds:R},{client.MessagesPerSecond:R},{client.P50:R},{client.P99:R},{client.Max:R}");
        }

        yield return Text($"{result.Kind},all,{result.Messages},{result.Bytes},{result.Seconds:R},{result.MessagesPerSecond:R},{result.Latency?.P50:R},{result.Latency?.P99:R},{result.Latency?.Max:R}");
    }

    /// <summary>Returns a time with the unit that fits it.</summary>
    internal static string Time(double seconds) => seconds switch
    {
        < 0.001 => Text($"{seconds * 1e6:0.#} us"),
        < 1 => Text($"{seconds * 1e3:0.##} ms"),
        _ => Text($"{seconds:0.##} s"),
    };

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
