using System.Diagnostics;
using System.Globalization;
using Earshot.LoadTest.Opponents;

namespace Earshot.LoadTest.Sizes;

/// <summary>Very many subscriptions on one connection: made, held, replayed after a lost session, and given up.</summary>
internal static class SubscriptionScenario
{
    private const int Subscriptions = 100_000;
    private const int Disposed = 10_000;

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        using ReferenceClientProcess crowd = await ReferenceClientProcess.StartAsync("crowd");
        string[] subjects = [.. Enumerable.Range(0, Subscriptions).Select(static i => string.Create(CultureInfo.InvariantCulture, $"orders.{i}"))];
        await WarmUpAsync(crowd.Port, subjects[..20_000]);

        NatsConnection nats = await ConnectAsync(crowd.Port);
        var held = new INatsSub<byte[]>[Subscriptions];
        long managed = ProcessSize.Managed();
        long started = Stopwatch.GetTimestamp();
        await SubscribeAsync(nats, subjects, held);
        yield return new Figure($"{Subscriptions:N0} subscriptions made, until the server has them", "s", Stopwatch.GetElapsedTime(started).TotalSeconds, 0.25);
        yield return new Figure("managed, each, without its subject", "B", (double)(ProcessSize.Managed() - managed) / Subscriptions, 400);
        yield return new Figure("replayed after a reconnect, until the server has them", "s", (await ReplayAsync(nats)).TotalSeconds, 0.25);
        GC.KeepAlive(held);

        await using NatsConnection other = await ConnectAsync(crowd.Port);
        await SubscribeAsync(other, subjects[..Disposed], new INatsSub<byte[]>[Disposed]);
        started = Stopwatch.GetTimestamp();
        await other.DisposeAsync();
        yield return new Figure($"disposed with {Disposed:N0} subscriptions", "ms", Stopwatch.GetElapsedTime(started).TotalMilliseconds, 100);
        await nats.DisposeAsync();
    }

    private static async Task WarmUpAsync(int port, string[] subjects)
    {
        NatsConnection nats = await ConnectAsync(port);
        await SubscribeAsync(nats, subjects, new INatsSub<byte[]>[subjects.Length]);
        await ReplayAsync(nats);
        await nats.DisposeAsync();
    }

    private static async Task<NatsConnection> ConnectAsync(int port)
    {
        var nats = new NatsConnection(new NatsOpts { Url = string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{port}") });
        await nats.ConnectAsync();
        return nats;
    }

    private static async Task SubscribeAsync(NatsConnection nats, string[] subjects, INatsSub<byte[]>[] held)
    {
        for (int i = 0; i < subjects.Length; i++)
        {
            held[i] = await nats.SubscribeCoreAsync<byte[]>(subjects[i]);
        }

        await nats.PingAsync();
    }

    // The opponent closes the connection on command; the time is measured from the new handshake to the confirmation.
    private static async Task<TimeSpan> ReplayAsync(NatsConnection nats)
    {
        Task<NatsResubscribedEvent> resubscribed = nats.Events.WhenAsync<NatsResubscribedEvent>(nats.Events.LastSequence, CancellationToken.None);
        await nats.PublishAsync(ConnectionFleet.CutSubject);
        return (await resubscribed).Duration;
    }
}
