using Xunit;

namespace Earshot.Catalogue.Tests.Memory;

/// <summary>A56: a connection with a million subscriptions reconnects.</summary>
public sealed class MillionSubscriptionsTests
{
    private const int Count = 1_000_000;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [Fact]
    [Trait("Duration", "Long")]
    public async Task Million_subscriptions_are_subscribed_again()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { PublishedCapacity = 0 }, cancel);
        // The server answers a PING when it has processed what is before it, and other tests use the processors as well.
        await using var nats = new NatsConnection(new NatsOpts { Url = server.Url, CommandTimeout = s_limit, PingInterval = TimeSpan.Zero, ProbeTimeout = s_limit });
        var subscriptions = new List<INatsSub<int>>(Count);
        for (int i = 0; i < Count; i++)
        {
            subscriptions.Add(await nats.SubscribeCoreAsync<int>($"s.{i}", cancellationToken: cancel));
        }

        await nats.PingAsync(cancel);
        Task<NatsResubscribedEvent> resubscribed = nats.Events.WhenAsync<NatsResubscribedEvent>(cancellationToken: cancel);
        server.Faults.Drop();
        NatsResubscribedEvent confirmed = await resubscribed;
        Assert.Equal((Count, 0, true), (confirmed.Count, confirmed.Denied, confirmed.ServerConfirmed));
        await nats.PublishAsync($"s.{Count - 1}", 7, cancellationToken: cancel);
        Assert.Equal(7, (await subscriptions[^1].Msgs.ReadAsync(cancel)).Data);
        GC.KeepAlive(subscriptions);
    }
}
