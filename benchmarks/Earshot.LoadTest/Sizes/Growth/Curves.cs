using Earshot.LoadTest.Workloads;

namespace Earshot.LoadTest.Sizes;

/// <summary>The curves of <c>--only growth</c>. All are of the client alone: the other side is a program of the load test.</summary>
internal static class Curves
{
    private const int Size = 128;
    private const int SpreadMessages = 100_000;
    private const int Outstanding = 64;

    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(1);

    public static readonly Curve[] All =
    [
        new("growth-subscriptions", "subscriptions", "us for one of 100,000 messages spread over all subscriptions", [1, 10, 100, 1_000, 10_000, 100_000], static n => ReadersScenario.MeasureAsync(n, SpreadMessages, times: 7)),
        new("growth-connections", "connections", "us for a request, 64 outstanding over all connections in turn", [1, 10, 100, 1_000, 10_000], static n => CostAsync(new RequestWorkload(Size, null, Outstanding, n))),
        new("growth-listeners", "listeners", "us of processor time for an event", [1, 3, 10, 30, 100], static async n => (await new EventMeter(10, 200).MeasureAsync(n, hasLog: false)).CpuMicroseconds),
        new("growth-headers", "headers", "us to receive a message of 128 B whose headers are not read", [1, 2, 5, 10, 20, 50], static n => CostAsync(new ReceiveWorkload(Size, null, ReceiveForm.Bytes, n))),
        new("growth-payload", "bytes of payload", "us to publish a message", [16, 128, 1024, 16 * 1024, 128 * 1024, 1024 * 1024, 8 * 1024 * 1024], static n => CostAsync(new PublishWorkload(n, null, tasks: 1))),
        new("growth-tasks", "tasks", "us to publish a message of 128 B", [1, 2, 4, 8, 16, 32, 64], static n => CostAsync(new PublishWorkload(Size, null, n))),
    ];

    public static Curve? Find(string name) => Array.Find(All, curve => curve.Name == name);

    private static async Task<double> CostAsync(Workload workload)
    {
        await using var client = new EarshotClient();
        Measurement run = await Task.Run(() => workload.RunAsync(client, LoadTestOptions.FirstWarmUp, s_measured));
        return 1e6 / run.Rate;
    }
}
