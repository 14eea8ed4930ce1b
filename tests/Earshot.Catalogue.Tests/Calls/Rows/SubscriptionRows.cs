#pragma warning disable CA2012 // the calls throw, so there is no task to wait for
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;
using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A47, A48, A55 and A56: subscriptions, replies and requests with many replies.</summary>
internal static class SubscriptionRows
{
    private const string Conformance = "Earshot.Conformance.Tests/";

    public static IReadOnlyList<CallRow> All { get; } =
    [
        Elsewhere("A47", "enumerated twice", Conformance + "Misuse/ConnectionRunTests.cs", "An_enumeration_that_is_run_twice_is_two_subscriptions"),
        Elsewhere("A47", "read concurrently", Conformance + "Core/SubscribeTests.cs", "Several_readers_share_one_subscription_without_losing_or_repeating_a_message"),
        Scenario("A47", "left by break", LeftEnumerationAsync),
        Elsewhere("A47", "collected", "Earshot.Client.Tests/Familiar/CollectedSubscriptionTests.cs", "A_subscription_that_has_no_reader_any_more_is_unsubscribed"),
        Refused<ArgumentOutOfRangeException>("A47", "no messages at most", nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { MaxMsgs = 0 })),
        Refused<ArgumentOutOfRangeException>("A47", "queue without room", nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { PendingMessagesLimit = 0 })),
        Refused<ArgumentOutOfRangeException>("A47", "queue without bytes", nats => nats.SubscribeCoreAsync<int>("a", opts: new NatsSubOpts { PendingBytesLimit = 0 })),
        Scenario("A48", "", ReplyAsync) with
        {
            Difference = "A reply to a message without a reply subject is a NatsException, as in the official client.",
        },
        Elsewhere("A55", "sentinel, count, idle time", Conformance + "Core/RequestTests.cs", "Many_replies_end_by"),
        Elsewhere("A55", "no responders", Conformance + "Core/RequestTests.cs", "RequestMany_without_responders_fails_immediately_or_is_empty"),
        Elsewhere("A56", "", "Earshot.Catalogue.Tests/Memory/MillionSubscriptionsTests.cs", "Million_subscriptions_are_subscribed_again"),
    ];

    private static async Task LeftEnumerationAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        Task reading = ReadOneAsync();
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.SendMessageAsync("a", 1, "x");
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await reading;
        Assert.Equal(0, rig.Connection.Stats.SubscriptionCount);

        async Task ReadOneAsync()
        {
            await foreach (NatsMsg<string> _ in rig.Connection.SubscribeAsync<string>("a", cancellationToken: rig.Token))
            {
                break;
            }
        }
    }

    private static async Task ReplyAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.SendMessageAsync("a", 1, "x");
        NatsMsg<string> plain = await sub.Msgs.ReadAsync(rig.Token);
        Assert.IsType<NatsException>(Record.Exception(() => { _ = plain.ReplyAsync(1, cancellationToken: rig.Token); }));
        Assert.IsType<NatsException>(Record.Exception(() => { _ = new NatsMsg<int> { Subject = "a", ReplyTo = "b" }.ReplyAsync(1, cancellationToken: rig.Token); }));
        await peer.SendMessageAsync("a", 1, "x", "reply");
        NatsMsg<string> asked = await sub.Msgs.ReadAsync(rig.Token);
        for (int time = 0; time < 2; time++)
        {
            await asked.ReplyAsync(time, cancellationToken: rig.Token);
            await peer.ExpectAsync("PUB reply 1", rig.Token);
        }

        await rig.PassUntilAsync(rig.Connection.DisposeAsync().AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => asked.ReplyAsync(3, cancellationToken: rig.Token).AsTask());
    }
}
