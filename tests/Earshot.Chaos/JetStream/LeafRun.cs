using System.Globalization;
using Earshot.Auditor;
using Earshot.Chaos.Core;
using Earshot.JetStream;
using Earshot.RealServer;
using Earshot.Testing;

namespace Earshot.Chaos.JetStream;

/// <summary>A client of a leaf server reads a stream of the hub while the link between both breaks, and while the hub is killed and frozen (F39).</summary>
internal static class LeafRun
{
    private const string Stream = "HUB";
    private static readonly TimeSpan[] s_cuts = [TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3)];
    private static readonly TimeSpan s_frozen = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    // The leaf server dials again after a second.
    private static readonly TimeSpan s_continuation = Reader.Bound + TimeSpan.FromSeconds(2);

    public static async Task<bool> RunAsync(TextWriter output, CancellationToken cancellationToken)
    {
        using var leafPort = ReservedPort.Take();
        await using NatsServerProcess hub = await NatsServerProcess.StartAsync(
            new NatsServerSetup
            {
                Name = "hub",
                Config = string.Create(CultureInfo.InvariantCulture, $"jetstream {{ domain: hub, store_dir: \"{{folder}}/js\" }}\nleafnodes {{ listen: \"127.0.0.1:{leafPort.Number}\", no_advertise: true }}\n"),
            },
            cancellationToken);
        await using var link = new FaultProxy(leafPort.Number);
        await using NatsServerProcess leaf = await NatsServerProcess.StartAsync(
            new NatsServerSetup { Name = "leaf", Config = $"leafnodes {{ remotes: [ {{ url: \"{link.Url}\" }} ] }}\n" }, cancellationToken);
        await link.WaitForAcceptedAsync(1, cancellationToken);

        var clock = new RunClock();
        await using var atHub = new NatsConnection(new NatsOpts { Name = "publisher", Url = hub.Url, RetryOnInitialConnect = true });
        await using var atLeaf = new NatsConnection(new NatsOpts { Name = "leaf", Url = leaf.Url });
        await atHub.CreateJetStreamContext().CreateStreamAsync(new StreamConfig(Stream, ["hub.>"]), cancellationToken);
        Reader reader = await StartReaderAsync(atLeaf, cancellationToken);
        var writer = new SingleWriter(0, atHub, clock);
        using var load = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task reading = reader.RunAsync(), watching = reader.WatchAsync(() => writer.Ledger.AckedCount, load.Token), writing = writer.RunAsync("hub.a", load.Token);

        var table = new ChaosTable();
        await UntilReadAsync(reader, cancellationToken);
        await CutAsync(link, reader, table, cancellationToken);
        await hub.KillAsync(cancellationToken);
        await hub.StartServerAsync(cancellationToken);
        table.AtMost("hub killed: next message after it is back", await UntilReadAsync(reader, cancellationToken), s_continuation);
        await FreezeAsync(hub, cancellationToken);
        table.AtMost("hub frozen: next message after it continues", await UntilReadAsync(reader, cancellationToken), s_continuation);
        await load.CancelAsync();
        await Task.WhenAll(watching, writing);

        SortedDictionary<ulong, byte[]> stored = await StreamAuditor.ReadAsync(hub.Port, Stream, cancellationToken);
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        long since = TimeProvider.System.GetTimestamp();
        while (reader.Count < stored.Count && TimeProvider.System.GetElapsedTime(since) < s_limit && await again.WaitAsync(cancellationToken))
        {
        }

        table.All("stored messages read by the client of the leaf server", reader.Count, stored.Count);
        table.AtMost("longest silence without an event", reader.LongestSilence, Reader.Bound);
        table.Tell("events of the read", string.Join(", ", atLeaf.Events.ToList().Where(e => e.Category == NatsEventCategory.JetStream).GroupBy(e => e.Kind).Select(kind => $"{kind.Key} {kind.Count()}")));
        List<NatsStreamRegressionEvent> regressions = [.. atLeaf.Events.ToList().OfType<NatsStreamRegressionEvent>()];
        table.None("losses reported though the hub has lost nothing", regressions.Count);
        foreach (NatsStreamRegressionEvent regression in regressions)
        {
            await output.WriteLineAsync($"  {regression}");
        }

        await reader.StopAsync(reading);
        table.None("journal violations", (await reader.Journal.ValidateAsync()).Count);
        await table.PrintAsync(output);
        return table.Holds;
    }

    private static async Task CutAsync(FaultProxy link, Reader reader, ChaosTable table, CancellationToken cancellationToken)
    {
        foreach (TimeSpan cut in s_cuts)
        {
            link.RefuseNew();
            link.ResetAll();
            await Task.Delay(cut, TimeProvider.System, cancellationToken);
            link.AcceptNew();
            table.AtMost(string.Create(CultureInfo.InvariantCulture, $"link gone for {cut.TotalSeconds} s: next message after it is restored"), await UntilReadAsync(reader, cancellationToken), s_continuation);
        }
    }

    private static async Task FreezeAsync(NatsServerProcess hub, CancellationToken cancellationToken)
    {
        hub.Signal(ServerSignal.Freeze);
        try
        {
            await Task.Delay(s_frozen, TimeProvider.System, cancellationToken);
        }
        finally
        {
            hub.Signal(ServerSignal.Continue);
        }
    }

    private static async Task<Reader> StartReaderAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        var context = new NatsJSContext(connection, new NatsJSOpts(connection.Opts, domain: "hub"));
        INatsJSConsumer consumer = await context.CreateOrUpdateConsumerAsync(
            Stream, new ConsumerConfig("reader") { AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromSeconds(2) }, cancellationToken);
        var opts = new NatsJSConsumeOpts { Expires = Reader.Heartbeat * 4, IdleHeartbeat = Reader.Heartbeat };
        return new Reader("leaf", connection, await consumer.StartConsumeAsync<byte[]>(opts: opts, cancellationToken: cancellationToken), isOrdered: false);
    }

    // The time until the next message.
    private static async Task<TimeSpan> UntilReadAsync(Reader reader, CancellationToken cancellationToken)
    {
        int before = reader.Count;
        long since = TimeProvider.System.GetTimestamp();
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        while (reader.Count == before && TimeProvider.System.GetElapsedTime(since) < s_limit && await again.WaitAsync(cancellationToken))
        {
        }

        return TimeProvider.System.GetElapsedTime(since);
    }
}
