using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.ObjectStore.Tests.Kit;

/// <summary>A connection to a server with an object store context, and a unique bucket for each test. Contains no assertions.</summary>
internal sealed class ObjRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private ObjRig(NatsConnection connection, NatsObjContext context, TimeSpan limit)
    {
        (Connection, Context) = (connection, context);
        _limit.CancelAfter(limit);
    }

    /// <summary>Options with short delays between attempts to reconnect.</summary>
    public static NatsOpts Quick { get; } = new() { ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(100) };

    public NatsConnection Connection { get; }

    public NatsObjContext Context { get; }

    public INatsJSContext JetStream => Context.JetStreamContext;

    /// <summary>The unique name of a bucket.</summary>
    public string Bucket { get; } = $"T{Nuid.NewNuid()}";

    public string Stream => $"OBJ_{Bucket}";

    public CancellationToken Cancel => _limit.Token;

    /// <summary>Connects to a node of a cluster.</summary>
    public static Task<ObjRig> ConnectAsync(NatsServerProcess node, Func<NatsOpts, NatsJSOpts>? options = null, NatsOpts? opts = null, TimeSpan? limit = null) =>
        ConnectAsync(new RealTestServer(node), options ?? ClusterOptions.Of, opts, limit);

    public static async Task<ObjRig> ConnectAsync(ITestServer server, Func<NatsOpts, NatsJSOpts>? options = null, NatsOpts? opts = null, TimeSpan? limit = null)
    {
        var connection = new NatsConnection((opts ?? new NatsOpts()) with { Url = server.Url });
        await connection.ConnectAsync(TestContext.Current.CancellationToken);
        NatsJSContext context = options is null ? new NatsJSContext(connection) : new NatsJSContext(connection, options(connection.Opts));
        return new ObjRig(connection, new NatsObjContext(context), limit ?? TimeSpan.FromSeconds(60));
    }

    /// <summary>Bytes that differ everywhere, the same for the same arguments.</summary>
    public static byte[] Bytes(int size, int seed = 1)
    {
        byte[] bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public NatsObjConfig Config() => new(Bucket) { Storage = NatsObjStorageType.Memory };

    public ValueTask<INatsObjStore> CreateAsync(Func<NatsObjConfig, NatsObjConfig>? change = null) =>
        Context.CreateObjectStoreAsync(change is null ? Config() : change(Config()), Cancel);

    /// <summary>The number of messages in the bucket: chunks and information.</summary>
    public async Task<long> MessagesAsync() => (await JetStream.GetStreamAsync(Stream, cancellationToken: Cancel)).Info.State.Messages;

    /// <summary>The last stored message of a subject.</summary>
    public async Task<StoredMessage> LastAsync(string subject)
    {
        INatsJSStream stream = await JetStream.GetStreamAsync(Stream, cancellationToken: Cancel);
        return (await stream.GetAsync(new StreamMsgGetRequest { LastBySubj = subject }, Cancel)).Message;
    }

    /// <summary>
    /// Waits until the bucket has a leader and all of its replicas have everything. A server whose leader is killed before that loses
    /// acknowledged messages.
    /// </summary>
    public async Task ReplicatedAsync()
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        while (!await IsReplicatedAsync())
        {
            await again.WaitForNextTickAsync(Cancel);
        }
    }

    /// <summary>Waits until the bucket has this number of consumers.</summary>
    public async Task ConsumersAsync(int count)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (await JetStream.ListConsumerNamesAsync(Stream, Cancel).CountAsync(Cancel) != count)
        {
            await again.WaitForNextTickAsync(Cancel);
        }
    }

    /// <summary>Waits until a pull request waits at a consumer of the bucket.</summary>
    public async Task WaitingAsync()
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (!await JetStream.ListConsumersAsync(Stream, Cancel).AnyAsync(consumer => consumer.Info.NumWaiting > 0, Cancel))
        {
            await again.WaitForNextTickAsync(Cancel);
        }
    }

    private async Task<bool> IsReplicatedAsync()
    {
        try
        {
            StreamInfo info = (await JetStream.GetStreamAsync(Stream, cancellationToken: Cancel)).Info;
            return info.Cluster is { Leader: not null, Replicas: { } replicas } && replicas.Count == info.Config.NumReplicas - 1
                && replicas.All(replica => replica is { Current: true, Lag: 0, Offline: false });
        }
        catch (NatsException) when (!Cancel.IsCancellationRequested)
        {
            return false; // there is no leader
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        _limit.Dispose();
    }
}
