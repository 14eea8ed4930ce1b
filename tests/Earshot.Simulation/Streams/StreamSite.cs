using Earshot.JetStream;
using Earshot.KeyValueStore;
using Earshot.Simulation.Checks;
using Earshot.Simulation.Network;
using Earshot.Simulation.Scheduling;
using Earshot.Simulation.Streams.Batches;
using Earshot.Simulation.Streams.Store;

namespace Earshot.Simulation.Streams;

/// <summary>The stream and the bucket of a run, with their consumers, as the server that has them sees them.</summary>
internal sealed class StreamSite(NatsTestServer server, StreamPlan plan, Findings findings, RunLog log)
{
    private readonly Dictionary<string, int> _deletions = [];
    private readonly Dictionary<string, int> _restarts = [];

    public StreamPlan Plan => plan;

    public NatsTestServerJetStream JetStream => server.JetStream;

    public StoreLedger Store { get; } = new(findings, log);

    public BatchLedger Batches { get; } = new(findings);

    public BucketLedger Bucket { get; } = new(findings, log);

    /// <summary>Creates the stream, the bucket and the shared consumer, before there are faults.</summary>
    public async Task SetUpAsync(NatsConnection connection)
    {
        await using (connection.ConfigureAwait(false))
        {
            var context = new NatsJSContext(connection, plan.Options(connection.Opts));
            await context.CreateStreamAsync(new StreamConfig(StreamPlan.Stream, ["work.>"]) { AllowDirect = true, AllowAtomicPublish = plan.HasExtras, AllowBatchPublish = plan.HasExtras }).ConfigureAwait(false);
            await context.CreateConsumerAsync(StreamPlan.Stream, plan.Consumer(StreamPlan.Shared)).ConfigureAwait(false);
            await new NatsKVContext(context).CreateStoreAsync(new NatsKVConfig(StreamPlan.Bucket)).ConfigureAwait(false);
        }

        JetStream.Read(account =>
        {
            account.Find(StreamPlan.Stream)!.State.Observer = Store;
            account.Find(StreamPlan.Stream)!.State.Faults.FlowLimit = plan.HasExtras ? plan.FlowLimit : null;
            account.Find(StreamPlan.BucketStream)!.State.Observer = Bucket;
            return true;
        });
    }

    /// <summary>The name of a consumer of the stream, for a fault; null: there is none. Some names are random: their order must not matter.</summary>
    public string? AnyConsumer(string stream, Chance chance) => JetStream.Read(account =>
        account.Find(stream)?.Consumers.Keys.ToArray() is { Length: > 0 } names ? names[chance.Below(names.Length)] : null);

    /// <summary>A fault has deleted a consumer: its reads may end.</summary>
    public void Deleted(string consumer) => _deletions[consumer] = Deletions(consumer) + 1;

    public bool WasDeleted(string consumer) => _deletions.ContainsKey(consumer);

    /// <summary>How often a fault has deleted a consumer.</summary>
    public int Deletions(string consumer) => _deletions.GetValueOrDefault(consumer);

    /// <summary>A fault has elected another leader for a consumer, or for its stream.</summary>
    public void Restarted(string name) => _restarts[name] = _restarts.GetValueOrDefault(name) + 1;

    /// <summary>How often a consumer has begun with another leader.</summary>
    public int Restarts(string consumer) => _restarts.GetValueOrDefault(consumer) + _restarts.GetValueOrDefault(StreamPlan.Stream) + Deletions(consumer);

    /// <summary>Whether the server sends messages or heartbeats to a read of the consumer: one of its pulls waits, and no fault silences it.</summary>
    public bool Serves(string consumer) => JetStream.Read(account =>
        !account.IsAway(StreamPlan.Stream) && account.Find(StreamPlan.Stream, consumer) is { IsSilent: false, Waiting.Count: > 0 });

    /// <summary>Whether the server sends messages or heartbeats to a push read: its subscription has arrived, and no fault silences the consumer.</summary>
    public bool ServesPush(string consumer) => JetStream.Read(account =>
        !account.IsAway(StreamPlan.Stream) && account.Find(StreamPlan.Stream, consumer) is { IsSilent: false, Push.IsBound: true });

    /// <summary>Whether a message waits for its ack.</summary>
    public bool AwaitsAck(string consumer, ulong sequence) =>
        JetStream.Read(account => account.Find(StreamPlan.Stream, consumer)?.Pending.TryGet(sequence, out _) == true);

    /// <summary>What a consumer has left: messages that were not delivered, and messages without an ack. Null: there is no such consumer.</summary>
    public (ulong Undelivered, int AckPending)? Rest(string consumer) => JetStream.Read<(ulong, int)?>(account =>
        account.Find(StreamPlan.Stream, consumer) is { } found ? (found.Cursor.Pending, found.Pending.Count) : null);

    public bool HasStream(string name) => JetStream.Read(account => account.Find(name) is not null);

    /// <summary>The links of a client go through its server to that of the stream; a client of another server sees nothing while they are divided.</summary>
    public static NatsConnection Connect(VirtualNetwork network, Actor actor, VirtualClock clock, Chance chance)
    {
        var opts = new NatsOpts { Name = "setup", Url = $"nats://127.0.0.1:{network.Hosts[0].Port}", TimeProvider = clock };
        return new NatsConnection(opts, new Connections.ConnectionComposition(opts, new VirtualDialer(network, actor, clock), chance.Random(), static () => TimeSpan.Zero));
    }
}
