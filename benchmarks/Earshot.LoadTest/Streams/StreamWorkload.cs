using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Streams;

/// <summary>One thing to measure against a server with JetStream. Each run has a connection and a consumer of its own.</summary>
internal sealed class StreamWorkload(string name, int size, NatsServerProcess server)
{
    /// <summary>What the message is called that is published and read.</summary>
    public const string Subject = "load.stream";

    /// <summary>The stream; its messages are kept in memory, so that no disk is measured.</summary>
    public const string Stream = "LOAD";

    /// <summary>Messages asked for by one pull request; the default of the client.</summary>
    public const int Batch = 1000;

    /// <summary>The bucket of the workloads of the key-value store and of the object store, in memory too.</summary>
    public const string Bucket = "LOAD";

    /// <summary>The key of the workloads of the key-value store.</summary>
    public const string Key = "load.key";

    /// <summary>The stream of the bucket of keys.</summary>
    public const string BucketStream = $"KV_{Bucket}";

    /// <summary>The subject of the key.</summary>
    public const string KeySubject = $"$KV.{Bucket}.{Key}";

    /// <summary>The size of an object in bytes.</summary>
    public const int ObjectSize = 64 * 1024 * 1024;

    public static readonly string[] Names =
        ["js-publish", "js-window", "js-consume", "js-consume-owner", "js-next", "kv-put", "kv-get", "kv-watch", "object-put", "object-get"];

    private const int Window = 256;

    // Waits are measured where a caller waits for each message.
    private bool HasLatencies => name is "js-publish" or "js-next" or "kv-put" or "kv-get";

    private bool IsRead => name is "js-consume" or "js-consume-owner" or "js-next" or "kv-watch";

    /// <summary>Whether a workload has objects, which all have one size.</summary>
    public static bool HasObjects(string name) => name is "object-put" or "object-get";

    public async Task<Measurement> RunAsync(IStreamClient client, TimeSpan warmUp, TimeSpan measured)
    {
        await (HasObjects(name)
            ? StreamSetup.MakeBucketAsync(server.Port)
            : StreamSetup.MakeAsync(server.Port, size, IsRead ? Messages(warmUp, measured) : name == "kv-get" ? 1 : 0, isBucket: name.StartsWith("kv-", StringComparison.Ordinal)));
        await client.ConnectAsync(server.Port);
        byte[] payload = new byte[HasObjects(name) ? 0 : size];
        payload.AsSpan().Fill((byte)'x');
        Latencies? latencies = HasLatencies ? new Latencies() : null;
        await OnceAsync(client, payload, new Progress(), warmUp);
        var progress = new Progress(latencies);
        var start = Snapshot.Take();
        await OnceAsync(client, payload, progress, measured);
        var run = Measurement.Between(start, Snapshot.Take(), progress.Count);
        return latencies?.AddTo(run) ?? run;
    }

    // Enough for the fastest reader; each pass reads the stream from its beginning.
    private static int Messages(TimeSpan warmUp, TimeSpan measured) => (int)(600_000 * Math.Max(warmUp.TotalSeconds, measured.TotalSeconds));

    private async Task OnceAsync(IStreamClient client, byte[] payload, Progress progress, TimeSpan time)
    {
        Task stop = progress.StopAfterAsync(time);
        await (name switch
        {
            "js-publish" => client.PublishAsync(payload, 1, progress),
            "js-window" => client.PublishAsync(payload, Window, progress),
            "js-consume" => client.ConsumeAsync(size, pooled: false, progress),
            "object-put" => client.PutObjectsAsync(size, progress),
            "object-get" => client.GetObjectsAsync(size, progress),
            "js-consume-owner" => client.ConsumeAsync(size, pooled: true, progress),
            "kv-put" => client.PutAsync(payload, progress),
            "kv-get" => client.GetAsync(size, progress),
            "kv-watch" => client.WatchAsync(size, progress),
            _ => client.NextAsync(size, progress),
        });
        if (!progress.IsStopped)
        {
            throw new InvalidOperationException($"{name} read the whole stream before the time was over; the figure would be wrong.");
        }

        await stop;
    }
}
