using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Workloads;

/// <summary>One thing to measure against one opponent. Each run has its own connection and its own opponent process.</summary>
internal abstract class Workload(int size, NatsServerProcess? server)
{
    /// <summary>The payload of a request, which is about waiting and not about bytes.</summary>
    public const int RequestSize = 128;

    protected const string Subject = "load.test";

    public static readonly string[] Names = ["publish", "publish8", "receive", "receive-owner", "receive-defaults", "request", "request64"];

    public abstract string Opponent { get; }

    protected int Size { get; } = size;

    protected NatsServerProcess? Server { get; } = server;

    public static Workload Create(string name, int size, NatsServerProcess? server) => name switch
    {
        "publish" => new PublishWorkload(size, server, tasks: 1),
        "publish8" => new PublishWorkload(size, server, tasks: 8),
        "receive" => new ReceiveWorkload(size, server, ReceiveForm.Bytes),
        "receive-owner" => new ReceiveWorkload(size, server, ReceiveForm.Owner),
        "receive-defaults" => new ReceiveWorkload(size, server, ReceiveForm.Defaults),
        "request" => new RequestWorkload(size, server, outstanding: 1),
        "request64" => new RequestWorkload(size, server, outstanding: 64),
        _ => throw new ArgumentException($"There is no workload '{name}'."),
    };

    /// <summary>Where the client alone is of interest, a real server would only hide it.</summary>
    public static bool IsForServer(string name) => name is not ("publish8" or "receive-defaults");

    /// <summary>Whether the size of a message is what it is about; requests are measured with one size unless another is asked for.</summary>
    public static bool HasSizes(string name) => name is not ("request" or "request64");

    public abstract Task<Measurement> RunAsync(IWorkloadClient client, TimeSpan warmUp, TimeSpan measured);

    protected byte[] Payload()
    {
        byte[] payload = new byte[Size];
        payload.AsSpan().Fill((byte)'x');
        return payload;
    }

    /// <summary>Runs a loop once to warm up, and once more to be measured, to its very end.</summary>
    protected static async Task<Measurement> TwiceAsync(Func<Progress, Task> loop, Latencies? latencies, TimeSpan warmUp, TimeSpan measured)
    {
        await LimitedAsync(loop, new Progress(), warmUp);
        var progress = new Progress(latencies);
        var start = Snapshot.Take();
        await LimitedAsync(loop, progress, measured);
        var run = Measurement.Between(start, Snapshot.Take(), progress.Count);
        return latencies?.AddTo(run) ?? run;
    }

    private static async Task LimitedAsync(Func<Progress, Task> loop, Progress progress, TimeSpan time)
    {
        Task stop = progress.StopAfterAsync(time);
        await loop(progress);
        await stop;
    }
}
