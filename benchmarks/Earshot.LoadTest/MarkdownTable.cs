using System.Globalization;

namespace Earshot.LoadTest;

/// <summary>One line of the result.</summary>
internal sealed record Row(string Workload, string Opponent, int Size, string Client, Measurement Median, double ShareOfRaw)
{
    /// <summary>What the others of the same case are compared with.</summary>
    public bool IsReference { get; init; }
}

/// <summary>Prints rows as one Markdown table.</summary>
internal static class MarkdownTable
{
    private const int KiB = 1024;
    private const int MiB = KiB * KiB;

    public static void Print(TextWriter output, IEnumerable<Row> rows)
    {
        output.WriteLine("| workload | against | size | client | messages/s | share of raw | CPU us/message | bytes/message | GCs 0/1/2 | p50/p99/p99.9 us | dropped |");
        output.WriteLine("|---|---|--:|---|--:|--:|--:|--:|--:|--:|--:|");
        foreach (Row row in rows)
        {
            Measurement median = row.Median;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Workload} | {row.Opponent} | {Size(row.Size)} | {row.Client} | {Rate(median.Rate)} | {row.ShareOfRaw:P0} | {Significant(median.CpuMicroseconds)} | {Significant(median.AllocatedBytes)} | {median.Gen0}/{median.Gen1}/{median.Gen2} | {Latency(median)} | {Dropped(row)} |"));
        }
    }

    /// <summary>Servers next to each other; the rate is that of what came out at the subscribers, the CPU the server's.</summary>
    public static void PrintServers(TextWriter output, IEnumerable<Row> rows)
    {
        output.WriteLine();
        output.WriteLine("| workload | size | server | delivered/s | share of nats-server | server CPU us/delivery |");
        output.WriteLine("|---|--:|---|--:|--:|--:|");
        foreach (Row row in rows)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {row.Workload} | {Size(row.Size)} | {row.Client} | {Rate(row.Median.Rate)} | {row.ShareOfRaw:P0} | {Significant(row.Median.CpuMicroseconds)} |"));
        }
    }

    private static string Latency(Measurement run) =>
        run.P50 == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{run.P50:0.0} / {run.P99:0.0} / {run.P999:0.0}");

    private static string Dropped(Row row) =>
        row.Workload.StartsWith("receive", StringComparison.Ordinal) ? row.Median.Dropped.ToString("N0", CultureInfo.InvariantCulture) : "";

    private static string Size(int bytes) => bytes switch
    {
        >= MiB when bytes % MiB == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes / MiB} MiB"),
        >= KiB when bytes % KiB == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes / KiB} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
    };

    private static string Rate(double rate) => rate switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{rate / 1e6:0.00} M"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{rate / 1e3:0} k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{rate:0}"),
    };

    private static string Significant(double value) => value switch
    {
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", CultureInfo.InvariantCulture),
    };
}
