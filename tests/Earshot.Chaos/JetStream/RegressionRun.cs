using System.Globalization;
using Earshot.JetStream;
using Earshot.RealServer;

namespace Earshot.Chaos.JetStream;

/// <summary>
/// Puts the store of a server back to an earlier state, as a disk does that was restored or that lost its last writes (F22). The client must
/// report the loss with the first ack or the first delivery after it, once.
/// </summary>
internal static class RegressionRun
{
    private const string Prefix = "R";
    private const int MostLost = 20;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    public static async Task<bool> RunAsync(int count, int seed, TextWriter output, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        await using NatsServerProcess server = await NatsServerProcess.StartAsync(new NatsServerSetup { JetStream = true }, cancellationToken);
        int byAck = 0, byDelivery = 0, once = 0;
        for (int i = 0; i < count; i++)
        {
            bool isDelivery = i % 2 == 1;
            await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(100) });
            int told = 0;
            try
            {
                told = await PutBackAsync(server, connection, $"{Prefix}{i}", isDelivery, random.Next(1, MostLost), cancellationToken);
            }
            catch (Exception e) when (e is NatsException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                await output.WriteLineAsync($"\nrun {i}, {(isDelivery ? "delivery" : "ack")}: {e.Message}\n  {string.Join("\n  ", connection.Events.ToList().TakeLast(12))}");
            }

            byAck += !isDelivery && told > 0 ? 1 : 0;
            byDelivery += isDelivery && told > 0 ? 1 : 0;
            once += told == 1 ? 1 : 0;
            await output.WriteAsync(told == 1 ? "." : told.ToString(CultureInfo.InvariantCulture));
        }

        var table = new ChaosTable();
        table.All("lost messages reported with the first ack after the store was put back", byAck, count - (count / 2));
        table.All("lost messages reported with the first delivery after the store was put back", byDelivery, count / 2);
        table.All("reported exactly once", once, count);
        await table.PrintAsync(output);
        return table.Holds;
    }

    // The number of times that the loss was reported.
    private static async Task<int> PutBackAsync(NatsServerProcess server, NatsConnection connection, string name, bool isDelivery, int lost, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_limit);
        await using var other = new NatsConnection(connection.Opts with { Name = "other" });
        NatsConnection publishing = isDelivery ? other : connection;
        await connection.CreateJetStreamContext().CreateStreamAsync(new StreamConfig(name, [$"{name}.>"]), limit.Token);
        INatsJSConsume<int>? consume = isDelivery ? await StartReadAsync(connection, name, limit.Token) : null;
        await PublishAsync(publishing, consume, name, 5, limit.Token);

        string store = Path.Combine(server.Folder, "js"), copy = Path.Combine(server.Folder, "copy");
        await server.StopAsync(limit.Token);
        CopyFolder(store, copy);
        await server.StartServerAsync(limit.Token);
        await PublishAsync(publishing, consume, name, lost, limit.Token);

        await server.KillAsync(limit.Token);
        Directory.Delete(store, recursive: true);
        Directory.Move(copy, store);
        await server.StartServerAsync(limit.Token);
        await PublishAsync(publishing, consume, name, 1, limit.Token);
        if (consume is not null)
        {
            await connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, limit.Token);
            await consume.DisposeAsync();
        }
        else
        {
            await PublishAsync(publishing, consume, name, 1, limit.Token); // is not a second loss
        }

        await connection.CreateJetStreamContext().DeleteStreamAsync(name, limit.Token);
        return connection.Events.ToList().OfType<NatsStreamRegressionEvent>().Count();
    }

    private static async Task<INatsJSConsume<int>> StartReadAsync(NatsConnection connection, string name, CancellationToken cancellationToken)
    {
        INatsJSConsumer consumer = await connection.CreateJetStreamContext().CreateOrUpdateConsumerAsync(
            name, new ConsumerConfig("reader") { AckPolicy = ConsumerConfigAckPolicy.Explicit }, cancellationToken);
        return await consumer.StartConsumeAsync<int>(opts: new NatsJSConsumeOpts { Expires = Reader.Heartbeat * 4, IdleHeartbeat = Reader.Heartbeat }, cancellationToken: cancellationToken);
    }

    // Publishes, and reads what it has published where there is a read.
    private static async Task PublishAsync(NatsConnection connection, INatsJSConsume<int>? consume, string name, int count, CancellationToken cancellationToken)
    {
        INatsJSContext context = connection.CreateJetStreamContext();
        for (int i = 0; i < count; i++)
        {
            PubAckResponse ack = await context.PublishAsync($"{name}.a", i, cancellationToken: cancellationToken);
            ack.EnsureSuccess();
        }

        if (consume is null)
        {
            return;
        }

        await foreach (INatsJSMsg<int> message in consume.Msgs.WithCancellation(cancellationToken))
        {
            await message.AckAsync(new AckOpts { DoubleAck = true }, cancellationToken);
            if (--count == 0)
            {
                return;
            }
        }
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
        }
    }
}
