using Earshot.Auditor;
using Earshot.Chaos.Core;
using Earshot.JetStream;
using Earshot.RealServer;

namespace Earshot.Chaos.JetStream;

/// <summary>
/// Three servers, a stream with three replicas, three publishers and three consumers; leaders step down, are killed and frozen, and all
/// servers are killed (F19, F20, F21). An auditor on bare sockets then reads the stream from each server as its leader.
/// </summary>
internal sealed class ClusterRun(ChaosOptions options, TextWriter output) : IAsyncDisposable
{
    public const string Worker = "worker";
    public const string Stream = "CHAOS";
    private const int Size = 3;
    private const int WritersWithIds = 2;

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private readonly RunClock _clock = new();
    private readonly List<NatsConnection> _connections = [];
    private NatsCluster _cluster = null!;

    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        _cluster = await NatsCluster.StartAsync(Size, _ => new NatsServerSetup { JetStream = true }, cancellationToken);
        NatsConnection control = Connect("control");
        await CreateStreamAsync(control, cancellationToken);
        List<Reader> readers = await StartReadersAsync(cancellationToken);
        List<Writer> writers = [];
        for (int i = 0; i <= WritersWithIds; i++)
        {
            NatsConnection connection = Connect($"publisher {i}");
            writers.Add(i < WritersWithIds ? new WindowWriter(i, connection, _clock) : new SingleWriter(i, connection, _clock));
        }

        KeyValueLoad values = await KeyValueLoad.StartAsync([Connect("values 0"), Connect("values 1")], Connect("watch"), Size, cancellationToken);
        using var leaders = new LeaderWatch(_cluster, Stream, _clock);
        var churn = new ConsumerChurn(Connect("consumers"), Connect("requests"), Stream);
        var faults = new ClusterFaults(_cluster, leaders, control, options.Seed, output);
        using var load = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] reading = [.. readers.Select(reader => reader.RunAsync())];
        Task watching = values.WatchAsync();
        Task[] running =
        [
            leaders.RunAsync(load.Token), churn.RunAsync(load.Token), values.RunAsync(load.Token), .. writers.Select(writer => writer.RunAsync($"chaos.{writer.Number}", load.Token)),
            .. readers.Select(reader => reader.WatchAsync(() => writers.Sum(writer => writer.Ledger.AckedCount), load.Token)),
        ];
        await faults.RunAsync(options.Duration, cancellationToken);
        await output.WriteLineAsync($"{RunClock.Text(_clock.Millisecond)} faults are over; waiting for outcomes ...");
        await load.CancelAsync();
        await Task.WhenAll(running);

        await output.WriteLineAsync($"{RunClock.Text(_clock.Millisecond)} reading the stream from each server as its leader ...");
        IReadOnlyList<SortedDictionary<ulong, byte[]>> audits = await AuditAsync(cancellationToken);
        await UntilReadAsync(readers, audits[0], cancellationToken);
        IReadOnlyList<string> consumers = await churn.AuditAsync(cancellationToken);
        var table = new ChaosTable();
        await values.AddAsync(table, watching, cancellationToken);
        for (int i = 0; i < readers.Count; i++)
        {
            await readers[i].StopAsync(reading[i]);
        }

        foreach (NatsConnection connection in _connections)
        {
            await connection.DisposeAsync();
        }

        return await new ClusterReport(writers, readers, audits, churn, table) { Faults = faults, Leaders = leaders, WrongConsumers = consumers }.PrintAsync(output);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NatsConnection connection in _connections)
        {
            await connection.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    private NatsConnection Connect(string name)
    {
        var connection = new NatsConnection(new NatsOpts { Name = name, Url = _cluster.Urls, RetryOnInitialConnect = true, EventCapacity = 64 * 1024 });
        _connections.Add(connection);
        return connection;
    }

    // A new cluster temporarily has no leader.
    private static async Task CreateStreamAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        using var again = new PeriodicTimer(s_poll, TimeProvider.System);
        while (true)
        {
            try
            {
                await connection.CreateJetStreamContext().CreateStreamAsync(
                    new StreamConfig(Stream, ["chaos.>"]) { NumReplicas = Size, AllowDirect = true }, cancellationToken);
                return;
            }
            catch (NatsJSException) when (!cancellationToken.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(cancellationToken);
            }
        }
    }

    private async Task<List<Reader>> StartReadersAsync(CancellationToken cancellationToken)
    {
        var readers = new List<Reader>();
        foreach (string name in (string[])[Worker, "batch", "ordered"])
        {
            NatsConnection connection = Connect(name);
            INatsJSContext context = connection.CreateJetStreamContext();
            bool isOrdered = name == "ordered";
            INatsJSConsumer consumer = isOrdered
                ? await context.CreateOrderedConsumerAsync(Stream, cancellationToken: cancellationToken)
                : await context.CreateOrUpdateConsumerAsync(
                    Stream, new ConsumerConfig(name) { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(2), MaxAckPending = -1 }, cancellationToken);
            var opts = new NatsJSConsumeOpts { MaxMsgs = name == "batch" ? 50 : 1000, Expires = Reader.Heartbeat * 4, IdleHeartbeat = Reader.Heartbeat };
            readers.Add(new Reader(name, connection, await consumer.StartConsumeAsync<byte[]>(opts: opts, cancellationToken: cancellationToken), isOrdered));
        }

        return readers;
    }

    private async Task<IReadOnlyList<SortedDictionary<ulong, byte[]>>> AuditAsync(CancellationToken cancellationToken)
    {
        var audits = new List<SortedDictionary<ulong, byte[]>>();
        foreach (NatsServerProcess node in _cluster.Nodes)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_limit);
            await StreamAuditor.MoveLeaderAsync(_cluster.Nodes[0].Port, Stream, node.Name!, limit.Token);
            audits.Add(await StreamAuditor.ReadAsync(node.Port, Stream, limit.Token));
        }

        return audits;
    }

    // What was in flight with a dead leader comes again after AckWait.
    private static async Task UntilReadAsync(IReadOnlyList<Reader> readers, SortedDictionary<ulong, byte[]> stored, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        using var again = new PeriodicTimer(s_poll, TimeProvider.System);
        while (readers.Any(reader => reader.Failure is null && reader.Count < stored.Count) && await again.WaitAsync(limit.Token))
        {
        }
    }
}
