namespace Earshot.LoadTest.Streams;

/// <summary>One thing to measure against a server with JetStream. Each run has a connection and a consumer of its own.</summary>
internal sealed class StreamWorkload(string name, int size, int port)
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

    private int _filled; // messages of the stream; only reads leave it as it is

    public string Name => name;

    public int Size => size;

    // Waits are measured where a caller waits for each message.
    private bool HasLatencies => name is "js-publish" or "js-next" or "kv-put" or "kv-get";

    private bool IsRead => name is "js-consume" or "js-consume-owner" or "js-next" or "kv-watch";

    /// <summary>Whether a workload has objects, which all have one size.</summary>
    public static bool HasObjects(string name) => name is "object-put" or "object-get";

    /// <summary>The number of messages that the stream needs before the next run; 0 when it has them, or needs none.</summary>
    public int MessagesToFill(TimeSpan warmUp, TimeSpan measured)
    {
        int messages = IsRead ? Messages(warmUp, measured) : name == "kv-get" ? 1 : 0;
        return messages <= _filled ? 0 : messages;
    }

    /// <summary>Makes the stream or bucket of the next run, unless that of the last run can be read again.</summary>
    public async Task PrepareAsync(TimeSpan warmUp, TimeSpan measured)
    {
        int messages = MessagesToFill(warmUp, measured);
        if (messages == 0 && _filled > 0)
        {
            return;
        }

        await (HasObjects(name) ? StreamSetup.MakeBucketAsync(port) : StreamSetup.MakeAsync(port, size, messages, isBucket: name.StartsWith("kv-", StringComparison.Ordinal)));
        _filled = messages;
    }

    /// <param name="client">The client.</param>
    /// <param name="warmUp">The time before the measurement.</param>
    /// <param name="measured">The time of the measurement.</param>
    /// <param name="cpu">The time that the process of interest has used; null: this one.</param>
    public async Task<Measurement> RunAsync(IStreamClient client, TimeSpan warmUp, TimeSpan measured, Func<TimeSpan>? cpu = null)
    {
        await client.ConnectAsync(port);
        byte[] payload = new byte[HasObjects(name) ? 0 : size];
        payload.AsSpan().Fill((byte)'x');
        Latencies? latencies = HasLatencies ? new Latencies() : null;
        await OnceAsync(client, payload, new Progress(), warmUp);
        var progress = new Progress(latencies);
        var start = Snapshot.Take(cpu?.Invoke());
        await OnceAsync(client, payload, progress, measured);
        var run = Measurement.Between(start, Snapshot.Take(cpu?.Invoke()), progress.Count);
        return latencies?.AddTo(run) ?? run;
    }

    // So many that a reader seldom comes to the end: only then another consumer has to be created within the measured time.
    private static int Messages(TimeSpan warmUp, TimeSpan measured) => (int)(600_000 * Math.Max(warmUp.TotalSeconds, measured.TotalSeconds));

    private async Task OnceAsync(IStreamClient client, byte[] payload, Progress progress, TimeSpan time)
    {
        Task stop = progress.StopAfterAsync(time);
        await (name switch
        {
            "js-publish" => client.PublishAsync(payload, 1, progress),
            "js-window" => client.PublishAsync(payload, Window, progress),
            "js-consume" => client.ConsumeAsync(size, _filled, pooled: false, progress),
            "object-put" => client.PutObjectsAsync(size, progress),
            "object-get" => client.GetObjectsAsync(size, progress),
            "js-consume-owner" => client.ConsumeAsync(size, _filled, pooled: true, progress),
            "kv-put" => client.PutAsync(payload, progress),
            "kv-get" => client.GetAsync(size, progress),
            "kv-watch" => client.WatchAsync(size, _filled, progress),
            _ => client.NextAsync(size, progress),
        });
        if (!progress.IsStopped)
        {
            throw new InvalidOperationException($"{name} read the whole stream before the time was over; the figure would be wrong.");
        }

        await stop;
    }
}
