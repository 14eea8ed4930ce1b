using Earshot.JetStream;
using Earshot.RealServer;
using Xunit;

namespace Earshot.ObjectStore.Tests.Kit;

/// <summary>A connection to a real server with an object store context, and a unique bucket for each test. Contains no assertions.</summary>
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

    public static async Task<ObjRig> ConnectAsync(NatsServerProcess server, Func<NatsOpts, NatsJSOpts>? options = null, NatsOpts? opts = null, TimeSpan? limit = null)
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

    /// <summary>Waits until the bucket has this number of consumers.</summary>
    public async Task ConsumersAsync(int count)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (await JetStream.ListConsumerNamesAsync(Stream, Cancel).CountAsync(Cancel) != count)
        {
            await again.WaitForNextTickAsync(Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        _limit.Dispose();
    }
}
