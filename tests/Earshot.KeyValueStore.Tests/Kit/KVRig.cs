using Earshot.JetStream;
using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.KeyValueStore.Tests.Kit;

/// <summary>A connection to a server with a key-value store context, and a unique bucket for each test. Contains no assertions.</summary>
internal sealed class KVRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private KVRig(NatsConnection connection, NatsKVContext context, TimeSpan limit)
    {
        (Connection, Context) = (connection, context);
        _limit.CancelAfter(limit);
    }

    /// <summary>Options with short delays between attempts to reconnect.</summary>
    public static NatsOpts Quick { get; } = new() { ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(100) };

    public NatsConnection Connection { get; }

    public NatsKVContext Context { get; }

    public INatsJSContext JetStream => Context.JetStreamContext;

    /// <summary>The unique name of a bucket.</summary>
    public string Bucket { get; } = $"T{Nuid.NewNuid()}";

    public string Stream => $"KV_{Bucket}";

    public CancellationToken Cancel => _limit.Token;

    /// <summary>Connects to a node of a cluster.</summary>
    public static Task<KVRig> ConnectAsync(NatsServerProcess node, Func<NatsOpts, NatsJSOpts>? options = null, NatsOpts? opts = null, NatsKVOpts? kvOpts = null, TimeSpan? limit = null) =>
        ConnectAsync(new RealTestServer(node), options ?? ClusterOptions.Of, opts, kvOpts, limit);

    public static async Task<KVRig> ConnectAsync(ITestServer server, Func<NatsOpts, NatsJSOpts>? options = null, NatsOpts? opts = null, NatsKVOpts? kvOpts = null, TimeSpan? limit = null)
    {
        var connection = new NatsConnection((opts ?? new NatsOpts()) with { Url = server.Url });
        await connection.ConnectAsync(TestContext.Current.CancellationToken);
        NatsJSContext context = options is null ? new NatsJSContext(connection) : new NatsJSContext(connection, options(connection.Opts));
        return new KVRig(connection, new NatsKVContext(context, kvOpts ?? NatsKVOpts.Default), limit ?? TimeSpan.FromSeconds(60));
    }

    public NatsKVConfig Config() => new(Bucket) { Storage = NatsKVStorageType.Memory };

    public ValueTask<INatsKVStore> CreateAsync(Func<NatsKVConfig, NatsKVConfig>? change = null) =>
        Context.CreateStoreAsync(change is null ? Config() : change(Config()), Cancel);

    /// <summary>Creates a bucket on disk with three replicas. Repeats the call, because a new cluster temporarily has no leader.</summary>
    public async Task<INatsKVStore> CreateReplicatedAsync(Func<NatsKVConfig, NatsKVConfig>? change = null)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        NatsKVConfig config = Config() with { Storage = NatsKVStorageType.File, NumberOfReplicas = 3 };
        while (true)
        {
            try
            {
                return await Context.CreateStoreAsync(change is null ? config : change(config), Cancel);
            }
            catch (NatsJSException) when (!Cancel.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(Cancel);
            }
        }
    }

    /// <summary>Returns this number of elements, and leaves the enumeration.</summary>
    public async Task<List<T>> TakeAsync<T>(IAsyncEnumerable<T> all, int count)
    {
        List<T> taken = [];
        await foreach (T one in all.WithCancellation(Cancel))
        {
            taken.Add(one);
            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }

    /// <summary>Waits until the bucket has this number of consumers.</summary>
    public async Task ConsumersAsync(int count, string? stream = null)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (await JetStream.ListConsumerNamesAsync(stream ?? Stream, Cancel).CountAsync(Cancel) != count)
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
