namespace Earshot.Cli.Bench;

/// <summary>The part of one client in a result; times are in seconds.</summary>
internal sealed record BenchClientResult(int Client, long Messages, long Bytes, double Seconds, double MessagesPerSecond, double? P50, double? P99, double? Max)
{
    internal static BenchClientResult Of(BenchClient client, TimeProvider time)
    {
        double seconds = client.Time.Start == 0 ? 0 : time.GetElapsedTime(client.Time.Start, client.Time.End).TotalSeconds;
        LatencyHistogram? latencies = client.Latencies is { Count: > 0 } some ? some : null;
        return new BenchClientResult(
            client.Number, client.Messages, client.Bytes, seconds, BenchResult.Rate(client.Messages, seconds),
            latencies?.Percentile(0.5).TotalSeconds, latencies?.Percentile(0.99).TotalSeconds, latencies?.Max.TotalSeconds);
    }
}
