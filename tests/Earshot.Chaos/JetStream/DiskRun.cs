using System.Globalization;
using Earshot.JetStream;
using Earshot.RealServer;

namespace Earshot.Chaos.JetStream;

/// <summary>A store that has reached its limit, and a disk without space (F23).</summary>
internal static class DiskRun
{
    private const string Stream = "DISK";
    private const int Payload = 64 * 1024;
    private const int Burst = 20;

    private static readonly TimeSpan s_recovery = TimeSpan.FromSeconds(5);
    private static readonly NatsJSPubOpts s_short = new() { Timeout = TimeSpan.FromSeconds(2) };

    public static async Task<bool> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var table = new ChaosTable();
        await LimitAsync(table, cancellationToken);
        using SmallDisk? disk = await SmallDisk.TryCreateAsync(mebibytes: 8, cancellationToken);
        if (disk is null)
        {
            await output.WriteLineAsync("NOT RUN: the disk without space. It needs Linux, and root or a system that lets users have namespaces (unshare -r -m).");
            table.None("parts that could not run on this system", 1);
        }
        else
        {
            await FullAsync(disk, table, cancellationToken);
            await FullReplicaAsync(disk, table, cancellationToken);
        }

        await table.PrintAsync(output);
        return table.Holds;
    }

    private static async Task LimitAsync(ChaosTable table, CancellationToken cancellationToken)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(
            new NatsServerSetup { Config = "jetstream { store_dir: \"{folder}/js\", max_file_store: 4MB }\n" }, cancellationToken);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        INatsJSStream stream = await context.CreateStreamAsync(new StreamConfig(Stream, ["disk.>"]), cancellationToken);
        PubAckResponse? refused = null;
        int stored = 0;
        while (refused is null)
        {
            PubAckResponse ack = await context.PublishAsync("disk.a", new byte[Payload], opts: s_short, cancellationToken: cancellationToken);
            (stored, refused) = ack.Error is null ? (stored + 1, null) : (stored, ack);
        }

        await stream.RefreshAsync(cancellationToken);
        table.Tell("limit of the store: the publish that no longer fits", string.Create(CultureInfo.InvariantCulture, $"{refused.Outcome}, {refused.Error!.ErrCode}, {refused.Attempts} attempts"));
        table.All("limit of the store: stored as acknowledged", (int)stream.Info.State.Messages, stored);
        await stream.PurgeAsync(new StreamPurgeRequest(), cancellationToken);
        long since = TimeProvider.System.GetTimestamp();
        while ((await context.PublishAsync("disk.a", new byte[Payload], opts: s_short, cancellationToken: cancellationToken)).Error is not null)
        {
        }

        table.AtMost("limit of the store: stored again after space was made", TimeProvider.System.GetElapsedTime(since), s_recovery);
    }

    private static async Task FullAsync(SmallDisk disk, ChaosTable table, CancellationToken cancellationToken)
    {
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(
            new NatsServerSetup { Binary = disk.Binary, Config = "jetstream { store_dir: \"{folder}/js\", max_file_store: 1GB }\n" }, cancellationToken);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url });
        INatsJSContext context = connection.CreateJetStreamContext();
        INatsJSStream stream = await context.CreateStreamAsync(new StreamConfig(Stream, ["disk.>"]), cancellationToken);
        int stored = 0;
        while (await TryAsync(context, cancellationToken) is null)
        {
            stored++;
        }

        NatsOutcome?[] burst = await Task.WhenAll(Enumerable.Range(0, Burst).Select(_ => TryAsync(context, cancellationToken)));
        await stream.RefreshAsync(cancellationToken);
        List<NatsUncertainOutcomeEvent> events = await UntilToldAsync(connection, Burst + 1, cancellationToken);
        INatsJSConsumer consumer = await context.CreateOrderedConsumerAsync(Stream, cancellationToken: cancellationToken);
        int read = 0;
        await foreach (INatsJSMsg<byte[]> _ in consumer.FetchAsync<byte[]>(new NatsJSFetchOpts { MaxMsgs = stored }, cancellationToken: cancellationToken))
        {
            read++;
        }

        table.All("full disk, one replica: publishes whose outcome is unknown", burst.Count(outcome => outcome == NatsOutcome.Unknown), Burst);
        table.All("full disk, one replica: stored as acknowledged", (int)stream.Info.State.LastSeq, stored);
        table.All("full disk, one replica: unknown outcomes counted by events", (int)events.Sum(e => e.Count), Burst + 1);
        table.Tell("full disk, one replica: events for them", events.Count.ToString(CultureInfo.InvariantCulture));
        table.All("full disk, one replica: read afterwards", read, stored);
    }

    private static async Task FullReplicaAsync(SmallDisk disk, ChaosTable table, CancellationToken cancellationToken)
    {
        const int Messages = 300; // more than the small disk holds
        await using NatsCluster cluster = await NatsCluster.StartAsync(
            3, number => new NatsServerSetup { JetStream = true, Binary = number == 3 ? disk.Binary : null }, cancellationToken);
        await using var connection = new NatsConnection(new NatsOpts { Url = cluster.Urls });
        INatsJSContext context = connection.CreateJetStreamContext();
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            try
            {
                await context.CreateStreamAsync(new StreamConfig(Stream, ["disk.>"]) { NumReplicas = 3 }, cancellationToken);
                break;
            }
            catch (NatsJSException) when (!cancellationToken.IsCancellationRequested)
            {
                await again.WaitForNextTickAsync(cancellationToken);
            }
        }

        await using NatsJSPublisher publisher = context.CreatePublisher(new NatsJSPublisherOpts { MaxInFlight = 16 });
        for (int i = 0; i < Messages; i++)
        {
            await publisher.PublishAsync("disk.a", new byte[Payload], opts: new NatsJSPubOpts { Timeout = TimeSpan.FromSeconds(60) }, cancellationToken: cancellationToken);
        }

        await publisher.FlushAsync(cancellationToken);
        table.All("full disk, one of three replicas: publishes with ids stored", (int)publisher.Stored, Messages);
    }

    // Bursts are reported once per second.
    private static async Task<List<NatsUncertainOutcomeEvent>> UntilToldAsync(NatsConnection connection, int count, CancellationToken cancellationToken)
    {
        long since = TimeProvider.System.GetTimestamp();
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            var events = connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>().ToList();
            if (events.Sum(e => e.Count) >= count || TimeProvider.System.GetElapsedTime(since) > s_recovery)
            {
                return events;
            }

            await again.WaitForNextTickAsync(cancellationToken);
        }
    }

    // How a publish failed; null: it was stored.
    private static async Task<NatsOutcome?> TryAsync(INatsJSContext context, CancellationToken cancellationToken)
    {
        try
        {
            (await context.PublishAsync("disk.a", new byte[Payload], opts: s_short, cancellationToken: cancellationToken)).EnsureSuccess();
            return null;
        }
        catch (NatsException e)
        {
            return (e as INatsDelivery)?.Outcome ?? NatsOutcome.Rejected;
        }
    }
}
