#pragma warning disable CA2012 // the calls throw, so there is no task to wait for
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;
using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A18 to A21: times and cancellation.</summary>
internal static class TimeRows
{
    private static readonly TimeSpan s_negative = TimeSpan.FromSeconds(-2);

    public static IReadOnlyList<CallRow> All { get; } =
    [
        Refused<ArgumentOutOfRangeException>("A18", "subscription timeout", nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { Timeout = s_negative })),
        Refused<ArgumentOutOfRangeException>("A18", "start-up timeout of zero", nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { StartUpTimeout = TimeSpan.Zero })),
        Refused<ArgumentOutOfRangeException>("A18", "idle timeout", nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { IdleTimeout = s_negative })),
        Refused<ArgumentOutOfRangeException>("A18", "request timeout of zero", nats => nats.RequestAsync<int, int>("a", 1, replyOpts: new NatsSubOpts { Timeout = TimeSpan.Zero })),
        Refused<ArgumentOutOfRangeException>("A18", "idle timeout of many replies", nats => nats.RequestManyAsync<int, int>("a", 1, replyOpts: new NatsSubOpts { IdleTimeout = s_negative })),
        Refused<ArgumentOutOfRangeException>("A18", "publish timeout", nats => nats.PublishAsync("a", 1, opts: new NatsPubOpts { Timeout = s_negative })),
        Elsewhere("A18", "very long and infinite", "Earshot.Client.Tests/Client/LongTimesTests.cs", "Calls_without_end_wait_for_a_session_as_long_as_it_takes"),
        Elsewhere("A19", "", "Earshot.Conformance.Tests/Misuse/ConnectionRunTests.cs", "A_token_that_is_cancelled_already_lets_nothing_happen_in"),
        Scenario("A20", "request that was written", CancelledRequestAsync),
        Scenario("A20", "publish that waits for room", CancelledPublishAsync) with { Options = opts => opts with { PendingBufferSize = 1000 } },
        Scenario("A21", "", ManyCancelledRequestsAsync) with { Difference = "10,000 requests and not 100,000: each leaves nothing, so that more of them show nothing else." },
    ];

    private static async Task CancelledRequestAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        using var stop = new CancellationTokenSource();
        Task<NatsMsg<int>> cancelled = rig.Connection.RequestAsync<int, int>("a", 1, cancellationToken: stop.Token).AsTask();
        await peer.ExpectAsync("SUB", rig.Token);
        string late = (await peer.ExpectAsync("PUB a", rig.Token)).Line.Split(' ')[2];
        Task<NatsMsg<int>> other = rig.Connection.RequestAsync<int, int>("b", 1, cancellationToken: rig.Token).AsTask();
        string inbox = (await peer.ExpectAsync("PUB b", rig.Token)).Line.Split(' ')[2];
        await stop.CancelAsync();
        OperationCanceledException thrown = await Assert.ThrowsAsync<TaskCanceledException>(() => cancelled);
        Assert.Equal(stop.Token, thrown.CancellationToken);
        await peer.SendMessageAsync(late, 1, "7");
        await peer.SendMessageAsync(inbox, 1, "8");
        Assert.Equal((8, 0L), ((await other).Data, rig.Connection.Stats.RequestsInFlight));
    }

    private static async Task CancelledPublishAsync(ConnectionRig rig)
    {
        ScriptedPeer first = await rig.OpenAsync();
        first.Cut();
        ScriptedPeer next = await rig.Server().AcceptAsync(rig.Token);
        await rig.Connection.PublishAsync("kept", new byte[900], cancellationToken: rig.Token);
        using var stop = new CancellationTokenSource();
        Task waiting = rig.Connection.PublishAsync("cancelled", new byte[900], cancellationToken: stop.Token).AsTask();
        await stop.CancelAsync();
        Assert.Equal(stop.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting)).CancellationToken);
        await next.HandshakeAsync(rig.Token);
        await next.ExpectAsync("PING", rig.Token);
        await next.SendAsync("PONG");
        await next.ExpectAsync("PUB kept 900", rig.Token);
        await rig.Connection.PublishAsync("after", 1, cancellationToken: rig.Token);
        await next.ExpectAsync("PUB after 1", rig.Token);
    }

    private static async Task ManyCancelledRequestsAsync(ConnectionRig rig)
    {
        const int Rounds = 100, PerRound = 100;
        ScriptedPeer peer = await rig.OpenAsync();
        Task serving = peer.ServeAsync(rig.Token);
        for (int round = 0; round < Rounds; round++)
        {
            using var stop = new CancellationTokenSource();
            Task[] requests = [.. Enumerable.Range(0, PerRound).Select(i => rig.Connection.RequestAsync<int, int>("a", i, cancellationToken: stop.Token).AsTask())];
            await stop.CancelAsync();
            foreach (Task request in requests)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
            }
        }

        Assert.Equal((0L, 1L), (rig.Connection.Stats.RequestsInFlight, rig.Connection.Stats.SubscriptionCount));
        await rig.Connection.CloseAsync();
        await serving;
    }
}
