using System.Globalization;
using Earshot.JetStream;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>A thousand reads of pull consumers to which nothing is delivered: what each of them holds.</summary>
internal static class ConsumeIdleScenario
{
    private const int Reads = 1_000;
    private const int WarmUps = 50;
    private const string Stream = "IDLE";

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        string folder = Directory.CreateTempSubdirectory("earshot-load-").FullName;
        try
        {
            using NatsServerProcess server = await NatsServerProcess.StartAsync(natsServer, "-js", "-sd", folder);
            await using var nats = new NatsConnection(new NatsOpts { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{server.Port}") });
            var context = new NatsJSContext(nats);
            await context.CreateStreamAsync(new StreamConfig(Stream, ["idle"]) { Storage = StreamConfigStorage.Memory });
            var consumers = new INatsJSConsumer[Reads];
            for (int i = 0; i < Reads; i++)
            {
                consumers[i] = await context.CreateOrUpdateConsumerAsync(Stream, new ConsumerConfig(string.Create(CultureInfo.InvariantCulture, $"c{i}")) { MemStorage = true });
            }

            foreach (INatsJSConsumer consumer in consumers.AsSpan(0, WarmUps).ToArray())
            {
                await (await consumer.StartConsumeAsync<byte[]>()).DisposeAsync();
            }

            (long managed, int threads) = (ProcessSize.Managed(), ProcessSize.Threads());
            var reads = new INatsJSConsume<byte[]>[Reads];
            for (int i = 0; i < Reads; i++)
            {
                reads[i] = await consumers[i].StartConsumeAsync<byte[]>();
            }

            await nats.PingAsync();
            yield return new Figure("managed, each", "B", (double)(ProcessSize.Managed() - managed) / Reads, 1536);
            yield return new Figure("threads more than before", "", Math.Max(0, ProcessSize.Threads() - threads), 0);
            Task[] loops = [.. reads.Select(static read => ReadAsync(read))];
            yield return new Figure("managed, each, with a loop that waits", "B", (double)(ProcessSize.Managed() - managed) / Reads);
            GC.KeepAlive(reads);
            GC.KeepAlive(loops);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task ReadAsync(INatsJSConsume<byte[]> read)
    {
        await foreach (INatsJSMsg<byte[]> msg in read.Msgs)
        {
            await msg.AckAsync();
        }
    }
}
