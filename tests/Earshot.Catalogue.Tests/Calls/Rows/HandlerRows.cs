using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;
using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A30 to A35: handlers that throw, block, or use their own connection.</summary>
internal static class HandlerRows
{
    public static IReadOnlyList<CallRow> All { get; } =
    [
        Elsewhere("A30", "", "Earshot.Conformance.Tests/Misuse/ConnectionRunTests.cs", "Concurrent_callers_leave_the_table_empty") with { Difference = "32 callers with 100 rounds each and not 100 callers for a minute; ./chaos has the long run." },
        Elsewhere("A31", "loop", "Earshot.Conformance.Tests/Core/SerializerTests.cs", "A_deserializer_that_throws_loses_one_message_and_nothing_else"),
        Elsewhere("A31", "JetStream", "Earshot.JetStream.Tests/Consuming/Handling/RunTests.cs", "Failed_message_comes_again_after_the_step_of_its_delivery_and_the_journal_has_the_exception"),
        Elsewhere("A32", "", "Earshot.Client.Tests/Subscriptions/SlowConsumerTests.cs", "An_episode_starts_once_and_ends_at_half_of_the_limit"),
        Scenario("A33", "throws", ThrowingListenerAsync),
        Scenario("A33", "blocks", BlockingListenerAsync),
        Elsewhere("A33", "calls the connection", "Earshot.Client.Tests/Outbound/DeferredActionsTests.cs", "An_inline_listener_of_a_connection_may_publish_and_flush"),
        Scenario("A34", "", RequestInHandlerAsync),
        Scenario("A35", "", SynchronousWaitAsync),
    ];

    private static async Task ThrowingListenerAsync(ConnectionRig rig)
    {
        List<NatsEventKind> received = [];
        using IDisposable throwing = rig.Connection.Events.On<NatsDisconnectedEvent>(_ => throw new InvalidOperationException("by the application"));
        using IDisposable other = rig.Connection.Events.On<NatsDisconnectedEvent>(e => received.Add(e.Kind));
        await LoseAndReconnectAsync(rig);
        Assert.Equal("by the application", (await rig.WhenAsync<NatsListenerFaultedEvent>()).Exception.Message);
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        Assert.Equal([NatsEventKind.Disconnected, NatsEventKind.Disconnected], received);
    }

    private static async Task BlockingListenerAsync(ConnectionRig rig)
    {
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        using IDisposable blocking = rig.Connection.Events.On<NatsDisconnectedEvent>(_ =>
        {
            entered.Set();
            release.Wait(rig.Token);
        });
        try
        {
            await LoseAndReconnectAsync(rig);
            Assert.True(entered.Wait(TimeSpan.FromSeconds(30), rig.Token));
            Assert.Equal(NatsConnectionState.Open, rig.Connection.ConnectionState);
        }
        finally
        {
            release.Set();
        }
    }

    private static async Task RequestInHandlerAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.SendMessageAsync("a", 1, "x");
        Task<string?> handling = HandleAsync();
        await peer.ExpectAsync("SUB", rig.Token);
        string inbox = (await peer.ExpectAsync("PUB service", rig.Token)).Line.Split(' ')[2];
        await peer.SendMessageAsync(inbox, 2, "reply");
        Assert.Equal("reply", await handling);

        async Task<string?> HandleAsync()
        {
            await foreach (NatsMsg<string> message in sub.Msgs.ReadAllAsync(rig.Token))
            {
                return (await rig.Connection.RequestAsync<string, string>("service", message.Data, cancellationToken: rig.Token)).Data;
            }

            return null;
        }
    }

    // The reader blocks its thread; PING is answered by the read loop, which never runs code of the application.
    private static async Task SynchronousWaitAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.SendMessageAsync("a", 1, "x");
        var blocked = new Thread(() =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Token);
            sub.Msgs.ReadAsync(stop.Token).AsTask().Wait(rig.Token);
            Record.Exception(() => rig.Connection.RequestAsync<string, string>("service", "x", cancellationToken: stop.Token).AsTask().Wait(rig.Token));
        });
        blocked.Start();
        await peer.ExpectAsync("SUB", rig.Token);
        string inbox = (await peer.ExpectAsync("PUB service", rig.Token)).Line.Split(' ')[2];
        await peer.SendAsync("PING");
        await peer.ExpectAsync("PONG", rig.Token);
        await peer.SendMessageAsync(inbox, 2, "reply");
        Assert.True(blocked.Join(TimeSpan.FromSeconds(30)));
    }

    private static async Task LoseAndReconnectAsync(ConnectionRig rig)
    {
        (await rig.OpenAsync()).Cut();
        await rig.AcceptAsync();
        await rig.WhenAsync<NatsReconnectedEvent>();
    }
}
