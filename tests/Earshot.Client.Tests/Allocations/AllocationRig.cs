using System.Globalization;
using System.Threading.Channels;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>Alone in the process while they run, because they read what the whole process allocates.</summary>
[CollectionDefinition(nameof(AllocationRig), DisableParallelization = true)]
public sealed class AllocationCollection;

/// <summary>A connection to a loopback peer, and the one way to measure what an operation over it allocates.</summary>
internal sealed class AllocationRig : IAsyncDisposable
{
    private const int WarmUps = 2;
    private const int Rounds = 5;
    private readonly CancellationTokenSource _stop;

    private AllocationRig(LoopbackPeer peer, NatsConnection connection, CancellationTokenSource stop) => (Peer, Connection, _stop) = (peer, connection, stop);

    public LoopbackPeer Peer { get; }

    public NatsConnection Connection { get; }

    /// <summary>Ends whatever hangs.</summary>
    public CancellationToken Token => _stop.Token;

    public static async Task<AllocationRig> OpenAsync()
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(60));
        var peer = new LoopbackPeer();
        var connection = new NatsConnection(new NatsOpts
        {
            Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{peer.Port}"),
            SubPendingChannelFullMode = BoundedChannelFullMode.Wait,
        });
        await connection.ConnectAsync(stop.Token);
        return new AllocationRig(peer, connection, stop);
    }

    /// <summary>
    /// Bytes per operation over all threads: the least of several rounds, because whatever else runs in the process can only add.
    /// </summary>
    public static async Task<double> MeasureAsync(int operations, Func<int, Task> run)
    {
        for (int i = 0; i < WarmUps; i++)
            await run(operations);
        long least = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await run(operations);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return (double)least / operations;
    }

    /// <summary>States limit and measurement, so that a failure says by how much it is off.</summary>
    public static void AssertAtMost(double limit, double measured, string what) =>
        Assert.True(measured <= limit, string.Create(CultureInfo.InvariantCulture, $"{what}: {measured:F1} bytes per operation, at most {limit:F1} are allowed."));

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        Peer.Dispose();
        _stop.Dispose();
    }
}
