using System.Diagnostics;
using System.Globalization;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>The server in use is killed while another one is known: the time until the next session.</summary>
internal static class FailoverScenario
{
    private const int Times = 10;

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        yield return new Figure("first in the process", "ms", await FailOverAsync(natsServer), 5);
        double[] times = new double[Times];
        for (int i = 0; i < Times; i++)
        {
            times[i] = await FailOverAsync(natsServer);
        }

        Array.Sort(times);
        yield return new Figure($"kill -9 to reconnected, median of {Times}", "ms", (times[(Times / 2) - 1] + times[Times / 2]) / 2, 4);
        yield return new Figure($"kill -9 to reconnected, worst of {Times}", "ms", times[^1], 10);
    }

    private static async Task<double> FailOverAsync(string natsServer)
    {
        using NatsServerProcess first = await NatsServerProcess.StartAsync(natsServer);
        using NatsServerProcess second = await NatsServerProcess.StartAsync(natsServer);
        string url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{first.Port},nats://127.0.0.1:{second.Port}");
        await using var nats = new NatsConnection(new NatsOpts { Url = url });
        await nats.ConnectAsync();
        await using INatsSub<byte[]> subscription = await nats.SubscribeCoreAsync<byte[]>("orders");
        await nats.PingAsync();

        // On the thread that appends the event, so that no other hop is counted.
        var reconnected = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable listener = nats.Events.On<NatsReconnectedEvent>(_ => { reconnected.TrySetResult(Stopwatch.GetTimestamp()); }, dispatch: NatsDispatch.Inline);
        NatsServerProcess used = nats.ServerInfo!.Port == first.Port ? first : second;
        long killed = Stopwatch.GetTimestamp();
        used.Kill();
        return Stopwatch.GetElapsedTime(killed, await reconnected.Task.WaitAsync(TimeSpan.FromSeconds(30))).TotalMilliseconds;
    }
}
