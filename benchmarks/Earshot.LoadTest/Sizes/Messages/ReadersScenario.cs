using System.Diagnostics;
using System.Globalization;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>Many subscriptions of one connection, each with a task that waits for its messages; a server sends all messages with few sends.</summary>
internal static class ReadersScenario
{
    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        foreach ((int readers, int times, double goal) in ((int, int, double)[])[(10_000, 21, 0.8), (100_000, 11, 1.5)])
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"one message each to {readers:N0} readers, each");
            (double median, double best, double cpu, double bytes) = await MeasureAllAsync(readers, readers, times);
            yield return new Figure(name, "us", median, goal);
            yield return new Figure($"{name}, best of {times}", "us", best);
            yield return new Figure($"{name}: processor time", "us", cpu);
            yield return new Figure($"{name}: allocated", "B", bytes);
        }
    }

    /// <summary>The median time for one message, in microseconds, when this number of them comes for all readers in turn.</summary>
    public static async Task<double> MeasureAsync(int readers, int messages, int times) => (await MeasureAllAsync(readers, messages, times)).Median;

    private static async Task<(double Median, double Best, double Cpu, double Bytes)> MeasureAllAsync(int readers, int messages, int times)
    {
        using ReferenceClientProcess spreader = await ReferenceClientProcess.StartAsync("spreader", messages);
        await using var nats = new NatsConnection(ProcessSize.Options(spreader.Port));
        await nats.ConnectAsync();
        var round = new CountedRound();
        var options = new NatsSubOpts { SlowConsumerPolicy = NatsSlowConsumerPolicy.Wait };
        for (int i = 0; i < readers; i++)
        {
            _ = ReadAsync(await nats.SubscribeCoreAsync<byte[]>(string.Create(CultureInfo.InvariantCulture, $"orders.{i}"), opts: options), round);
        }

        await nats.PingAsync();
        int expected = Math.Max(1, messages / readers) * readers;
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < LoadTestOptions.FirstWarmUp)
        {
            await RoundAsync(nats, round, expected);
        }

        double[] all = new double[times];
        var before = Snapshot.Take();
        for (int i = 0; i < times; i++)
        {
            all[i] = await RoundAsync(nats, round, expected);
        }

        var used = Measurement.Between(before, Snapshot.Take(), (long)times * expected);
        Array.Sort(all);
        return (all[times / 2], all[0], used.CpuMicroseconds, used.AllocatedBytes);
    }

    private static async Task<double> RoundAsync(NatsConnection nats, CountedRound round, int expected)
    {
        Task received = round.Begin(expected);
        long started = Stopwatch.GetTimestamp();
        await nats.PublishAsync(Spreader.GoSubject);
        await received.WaitAsync(TimeSpan.FromMinutes(1));
        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / expected;
    }

    private static async Task ReadAsync(INatsSub<byte[]> subscription, CountedRound round)
    {
        await foreach (NatsMsg<byte[]> message in subscription.Msgs.ReadAllAsync())
        {
            _ = message;
            round.Add();
        }
    }
}
