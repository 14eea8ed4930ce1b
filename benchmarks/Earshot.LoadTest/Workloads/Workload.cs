using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Workloads;

/// <summary>One thing to measure against one opponent. Each run has its own connection and its own opponent process.</summary>
internal abstract class Workload(int size, NatsServerProcess? server)
{
    protected const string Subject = "load.test";

    public abstract string Opponent { get; }

    protected int Size { get; } = size;

    protected NatsServerProcess? Server { get; } = server;

    public static Workload Create(string name, int size, NatsServerProcess? server) => name switch
    {
        "publish" => new PublishWorkload(size, server),
        "receive" => new ReceiveWorkload(size, server),
        "request" => new RequestWorkload(size, server, outstanding: 1),
        "request64" => new RequestWorkload(size, server, outstanding: 64),
        _ => throw new ArgumentException($"There is no workload '{name}'."),
    };

    public abstract Task<Measurement> RunAsync(IWorkloadClient client, TimeSpan warmUp, TimeSpan measured);

    protected byte[] Payload()
    {
        var payload = new byte[Size];
        payload.AsSpan().Fill((byte)'x');
        return payload;
    }

    /// <summary>Runs a loop once to warm up, and once more to be measured, to its very end.</summary>
    protected static async Task<Measurement> TwiceAsync(Func<Progress, Task> loop, TimeSpan warmUp, TimeSpan measured)
    {
        await LimitedAsync(loop, new Progress(), warmUp);
        var progress = new Progress();
        var start = Snapshot.Take();
        await LimitedAsync(loop, progress, measured);
        return Measurement.Between(start, Snapshot.Take(), progress.Count);
    }

    private static async Task LimitedAsync(Func<Progress, Task> loop, Progress progress, TimeSpan time)
    {
        var stop = progress.StopAfterAsync(time);
        await loop(progress);
        await stop;
    }
}
