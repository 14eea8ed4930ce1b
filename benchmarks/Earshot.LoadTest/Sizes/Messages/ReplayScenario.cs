using System.Globalization;

namespace Earshot.LoadTest.Sizes;

/// <summary>A hundred thousand subscriptions are replayed to a server that has no share in the time: from the new session to the confirmation.</summary>
internal static class ReplayScenario
{
    private const int Subscriptions = 100_000;
    private const int Times = 11;

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        var server = new SilentServer();
        await using var nats = new NatsConnection(new NatsOpts { Url = "nats://127.0.0.1", SocketConnectionFactory = server, ReconnectWaitMin = TimeSpan.FromMilliseconds(1) });
        await nats.ConnectAsync();
        var held = new INatsSub<byte[]>[Subscriptions];
        for (int i = 0; i < held.Length; i++)
        {
            held[i] = await nats.SubscribeCoreAsync<byte[]>(string.Create(CultureInfo.InvariantCulture, $"orders.{i}"));
        }

        await nats.PingAsync();
        yield return new Figure("first replay in the process", "ms", await ReplayAsync(nats, server));
        double[] times = new double[Times];
        for (int i = 0; i < Times; i++)
        {
            times[i] = await ReplayAsync(nats, server);
        }

        Array.Sort(times);
        yield return new Figure($"{Subscriptions:N0} subscriptions replayed, median of {Times}", "ms", times[Times / 2], 15);
        yield return new Figure($"{Subscriptions:N0} subscriptions replayed, best of {Times}", "ms", times[0]);
        GC.KeepAlive(held);
    }

    private static async Task<double> ReplayAsync(NatsConnection nats, SilentServer server)
    {
        ProcessSize.Managed();
        Task<NatsResubscribedEvent> resubscribed = nats.Events.WhenAsync<NatsResubscribedEvent>(nats.Events.LastSequence, CancellationToken.None);
        server.Cut();
        return (await resubscribed).Duration.TotalMilliseconds;
    }
}
