using System.Diagnostics;
using System.Globalization;
using Earshot.JetStream;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>A message is stored while the reader of its consumer has no session: the time from the next session to the message in its loop.</summary>
internal static class ConsumeReconnectScenario
{
    private const int Times = 100;
    private const int WarmUps = 5;
    private const string Stream = "RECONNECT";

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        string folder = Directory.CreateTempSubdirectory("earshot-load-").FullName;
        try
        {
            using NatsServerProcess server = await NatsServerProcess.StartAsync(natsServer, "-js", "-sd", folder);
            double[] times = await MeasureAsync(string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{server.Port}"));
            Array.Sort(times);
            yield return new Figure($"new session to the waiting message, median of {Times}", "ms", times[Times / 2]);
            yield return new Figure($"new session to the waiting message, p99 of {Times}", "ms", times[(Times * 99 / 100) - 1], 20);
            yield return new Figure($"new session to the waiting message, worst of {Times}", "ms", times[^1], 100);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double[]> MeasureAsync(string url)
    {
        await using var other = new NatsConnection(new NatsOpts { Url = url });
        var publisher = new NatsJSContext(other);
        await publisher.CreateStreamAsync(new StreamConfig(Stream, ["reconnect"]) { Storage = StreamConfigStorage.Memory });
        INatsJSConsumer observed = await publisher.CreateOrUpdateConsumerAsync(Stream, new ConsumerConfig("worker"));

        var dialing = new BlockingFactory();
        await using var nats = new NatsConnection(new NatsOpts { Url = url, SocketConnectionFactory = dialing });
        INatsJSConsumer consumer = await new NatsJSContext(nats).GetConsumerAsync(Stream, "worker");
        await using INatsJSConsume<byte[]> consume = await consumer.StartConsumeAsync<byte[]>();
        await using IAsyncEnumerator<INatsJSMsg<byte[]>> messages = consume.Msgs.GetAsyncEnumerator();

        // On the thread that appends the event, so that no other hop is counted.
        long reconnected = 0;
        using IDisposable listener = nats.Events.On<NatsReconnectedEvent>(_ => { Volatile.Write(ref reconnected, Stopwatch.GetTimestamp()); }, dispatch: NatsDispatch.Inline);
        var times = new List<double>();
        for (int i = 0; i < WarmUps + Times; i++)
        {
            dialing.Block();
            Task reconnecting = nats.ReconnectAsync(new NatsForceReconnectOptions()).AsTask();
            do
            {
                await observed.RefreshAsync(); // until the server has removed the pull request of the lost session
            }
            while (observed.Info.NumWaiting > 0);

            await publisher.PublishAsync("reconnect", new byte[128]);
            dialing.Release();
            await messages.MoveNextAsync();
            long arrived = Stopwatch.GetTimestamp();
            await messages.Current.AckAsync();
            await reconnecting;
            times.Add(Stopwatch.GetElapsedTime(Volatile.Read(ref reconnected), arrived).TotalMilliseconds);
        }

        return [.. times.Skip(WarmUps)];
    }
}
