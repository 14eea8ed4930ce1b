using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Workloads;

/// <summary>One thing to measure against one opponent. Each run has its own connection and its own opponent process.</summary>
internal abstract class Workload(int size, NatsServerProcess? server)
{
    /// <summary>The payload of a request and of what has headers: they are not about its bytes.</summary>
    public const int RequestSize = 128;

    protected const string Subject = "load.test";

    private static readonly Dictionary<string, PublishForm> s_forms = new()
    {
        ["publish-memory"] = PublishForm.Memory,
        ["publish-sequence"] = PublishForm.Sequence,
        ["publish-text"] = PublishForm.Text,
        ["publish-subjects"] = PublishForm.Subjects,
        ["publish-headers"] = PublishForm.Headers,
        ["publish-reply"] = PublishForm.ReplyTo,
    };

    public static readonly string[] Names =
    [
        "publish", "publish-memory", "publish-sequence", "publish-text", "publish-subjects", "publish-headers", "publish-reply", "publish8",
        "receive", "receive-owner", "receive-defaults", "receive-1-header", "receive-50-headers",
        "request", "request64", "request-over-10", "request-over-1000", "request-over-10000",
    ];

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
        "receive-1-header" => new ReceiveWorkload(size, server, ReceiveForm.Bytes, headers: 1),
        "receive-50-headers" => new ReceiveWorkload(size, server, ReceiveForm.Bytes, headers: 50),
        "request" => new RequestWorkload(size, server, outstanding: 1),
        "request64" => new RequestWorkload(size, server, outstanding: 64),
        "request-over-10" => new RequestWorkload(size, server, outstanding: 64, connections: 10),
        "request-over-1000" => new RequestWorkload(size, server, outstanding: 64, connections: 1_000),
        "request-over-10000" => new RequestWorkload(size, server, outstanding: 64, connections: 10_000),
        _ => s_forms.TryGetValue(name, out PublishForm form) ? new PublishWorkload(size, server, tasks: 1, form) : throw new ArgumentException($"There is no workload '{name}'."),
    };

    /// <summary>Where the client alone is of interest, a real server would only hide it.</summary>
    public static bool IsForServer(string name) => name is not ("publish8" or "receive-defaults") && !HasHeaders(name) && !name.StartsWith("request-over-", StringComparison.Ordinal) && !s_forms.ContainsKey(name);

    /// <summary>Whether the size of a message is what it is about; requests and headers are measured with one size unless another is asked for.</summary>
    public static bool HasSizes(string name) => !name.StartsWith("request", StringComparison.Ordinal) && !HasHeaders(name);

    public abstract Task<Measurement> RunAsync(IWorkloadClient client, TimeSpan warmUp, TimeSpan measured);

    private static bool HasHeaders(string name) => name is "receive-1-header" or "receive-50-headers";

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
