using System.Text.Json.Serialization;

namespace Earshot.Cli.Bench;

/// <summary>The answer of <c>earshot bench</c>; times are in seconds. The first and the last client of the measurement determine its time.</summary>
internal sealed record BenchResult(
    string Kind, string Target, int Clients, int Size, long Messages, long Bytes, double Seconds, double MessagesPerSecond, double BytesPerSecond, LatencySummary? Latency, IReadOnlyList<BenchClientResult> PerClient)
{
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "bench";

    /// <summary>True when the measurement ended before it was complete; null otherwise.</summary>
    public bool? Partial { get; init; }

    internal static BenchResult Of(BenchPlan plan, IReadOnlyList<BenchClient> clients, TimeProvider time)
    {
        foreach (BenchClient client in clients)
        {
            client.EndEarly();
        }

        var started = clients.Where(static client => client.Time.Start != 0).ToList();
        double seconds = started.Count == 0 ? 0 : time.GetElapsedTime(started.Min(static client => client.Time.Start), started.Max(static client => client.Time.End)).TotalSeconds;
        LatencyHistogram? all = clients.Any(static client => client.Latencies is not null) ? new LatencyHistogram() : null;
        foreach (BenchClient client in clients)
        {
            if (client.Latencies is not null)
            {
                all?.Add(client.Latencies);
            }
        }

        long messages = clients.Sum(static client => client.Messages), bytes = clients.Sum(static client => client.Bytes);
        return new BenchResult(
            plan.Kind, plan.Target, clients.Count, plan.Size, messages, bytes, seconds, Rate(messages, seconds), Rate(bytes, seconds), LatencySummary.Of(all),
            [.. clients.Select(client => BenchClientResult.Of(client, time))]);
    }

    internal static double Rate(long count, double seconds) => seconds > 0 ? count / seconds : 0;
}
