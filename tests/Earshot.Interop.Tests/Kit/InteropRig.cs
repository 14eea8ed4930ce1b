using Earshot.KeyValueStore;
using Xunit;

namespace Earshot.Interop.Tests.Kit;

/// <summary>A connection of Earshot and one of the other client on the same server, and unique names for each test.</summary>
internal sealed class InteropRig : IAsyncDisposable
{
    private readonly CancellationTokenSource _limit;

    private InteropRig(NatsConnection connection, NodePeer peer, CancellationTokenSource limit) => (Connection, Peer, _limit) = (connection, peer, limit);

    public NatsConnection Connection { get; }

    public NodePeer Peer { get; }

    public INatsKVContext KeyValue => Connection.CreateKeyValueStoreContext();

    /// <summary>A unique name.</summary>
    public string Name { get; } = $"T{Nuid.NewNuid()}";

    public CancellationToken Cancel => _limit.Token;

    public static async Task<InteropRig> StartAsync(InteropServer server)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2)); // the first test installs the packages
        NodePeer peer = await NodePeer.StartAsync(server, limit.Token);
        return new InteropRig(new NatsConnection(new NatsOpts { Url = (await server.Server).Url }), peer, limit);
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await Peer.DisposeAsync();
        _limit.Dispose();
    }
}
