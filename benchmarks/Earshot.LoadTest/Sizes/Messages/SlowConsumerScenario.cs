using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>The effect of a subscription whose deserializer blocks on the latency of another subscription that is read immediately.</summary>
internal static class SlowConsumerScenario
{
    private const int SlowPerTick = 5;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(5);

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        using NatsServerProcess server = await NatsServerProcess.StartAsync(natsServer);
        await LatencyAsync(server.Port, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        double alone = await LatencyAsync(server.Port, TimeSpan.Zero, s_measured);
        double withSlow = await LatencyAsync(server.Port, TimeSpan.FromMilliseconds(20), s_measured);
        yield return new Figure("p99 next to a subscription that is read immediately", "us", alone);
        yield return new Figure("p99 next to a subscription whose deserializer blocks", "us", withSlow);
        yield return new Figure("ratio of the two", "times", withSlow / alone, 2);
    }

    private static async Task<double> LatencyAsync(int port, TimeSpan blocksFor, TimeSpan measured)
    {
        var opts = new NatsOpts { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}") };
        await using var publisher = new NatsConnection(opts);
        await using var nats = new NatsConnection(opts);
        await using INatsSub<int> slow = await nats.SubscribeCoreAsync("slow", serializer: new Blocking(blocksFor));
        await using INatsSub<long> fast = await nats.SubscribeCoreAsync<long>("fast", serializer: new Stamp());
        await nats.PingAsync();
        var reading = Task.Run(async () =>
        {
            await foreach (NatsMsg<int> message in slow.Msgs.ReadAllAsync())
            {
                _ = message;
            }
        });
        Task<List<double>> latencies = Task.Run(async () =>
        {
            var all = new List<double>();
            await foreach (NatsMsg<long> message in fast.Msgs.ReadAllAsync())
            {
                all.Add(Stopwatch.GetElapsedTime(message.Data).TotalMicroseconds);
            }

            return all;
        });

        // A thread of its own, so that the publisher's pace does not hang on the pool that is being measured.
        await Task.Factory.StartNew(() => Publish(publisher, measured), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await publisher.PingAsync();
        await nats.PingAsync();
        await fast.UnsubscribeAsync();
        await slow.DisposeAsync();
        List<double> sorted = await latencies;
        await nats.DisposeAsync();
        sorted.Sort();
        return sorted[(int)(sorted.Count * 0.99)];
    }

    private static void Publish(NatsConnection publisher, TimeSpan measured)
    {
        long started = Stopwatch.GetTimestamp();
        byte[] payload = new byte[16];
        using var pace = new ManualResetEventSlim();
        while (Stopwatch.GetElapsedTime(started) < measured)
        {
            for (int i = 0; i < SlowPerTick; i++)
            {
                publisher.PublishAsync("slow", payload).AsTask().GetAwaiter().GetResult();
            }

            publisher.PublishAsync("fast", Stopwatch.GetTimestamp(), serializer: new Stamp()).AsTask().GetAwaiter().GetResult();
            pace.Wait(s_tick);
        }
    }

    private sealed class Blocking(TimeSpan time) : INatsDeserialize<int>
    {
        public int Deserialize(in ReadOnlySequence<byte> buffer)
        {
            if (time > TimeSpan.Zero)
            {
                using var never = new ManualResetEvent(initialState: false);
                never.WaitOne(time);
            }

            return (int)buffer.Length;
        }
    }

    private sealed class Stamp : INatsSerialize<long>, INatsDeserialize<long>
    {
        public void Serialize(IBufferWriter<byte> bufferWriter, long value)
        {
            BitConverter.TryWriteBytes(bufferWriter.GetSpan(sizeof(long)), value);
            bufferWriter.Advance(sizeof(long));
        }

        public long Deserialize(in ReadOnlySequence<byte> buffer)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            buffer.CopyTo(bytes);
            return BitConverter.ToInt64(bytes);
        }
    }
}
