using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;
using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A22 to A29: calls after, during and around the end of a session or of the connection.</summary>
internal static class EndRows
{
    private const string ConnectionRun = "Earshot.Conformance.Tests/Misuse/ConnectionRunTests.cs";

    public static IReadOnlyList<CallRow> All { get; } =
    [
        Elsewhere("A22", "every method", ConnectionRun, "A_disposed_connection_throws_in"),
        Scenario("A22", "connect", ConnectAfterDisposeAsync),
        Scenario("A23", "", HundredDisposalsAsync),
        Scenario("A24", "event handler", DisposeInEventHandlerAsync),
        Elsewhere("A24", "message handler", ConnectionRun, "Disposing_or_draining_inside_a_message_handler_ends_everything"),
        Scenario("A24", "serializer", DisposeInSerializerAsync),
        Scenario("A24", "auth callback", DisposeInAuthCallbackAsync),
        Scenario("A25", "drain, then dispose", DrainThenDisposeAsync),
        Scenario("A25", "dispose during drain", DisposeDuringDrainAsync),
        Elsewhere("A25", "drain inside its own loop", "Earshot.Client.Tests/Lifecycle/Drains/DrainHandlingTests.cs", "A_drain_awaited_inside_its_own_loop_times_out_and_reports_why"),
        Scenario("A26", "closed", PublishAfterCloseAsync),
        Scenario("A26", "draining", PublishDuringDrainAsync) with
        {
            Difference = "Publishes are accepted until the subscriptions are drained, so that handlers can reply (issue 12); new subscriptions are refused.",
        },
        Scenario("A27", "", SubscribeWithoutSessionAsync),
        Scenario("A28", "", UnsubscribeWithoutSessionAsync),
        Scenario("A29", "", RemainingCountAsync),
    ];

    private static async Task ConnectAfterDisposeAsync(ConnectionRig rig)
    {
        Task serving = (await rig.OpenAsync()).ServeAsync(rig.Token);
        await rig.Connection.DisposeAsync();
        await serving;
        await Assert.ThrowsAsync<ObjectDisposedException>(() => rig.Connection.ConnectAsync(rig.Token).AsTask());
    }

    private static async Task HundredDisposalsAsync(ConnectionRig rig)
    {
        Task serving = (await rig.OpenAsync()).ServeAsync(rig.Token);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => rig.Connection.DisposeAsync().AsTask(), rig.Token))); // without any time passing
        await rig.Connection.DisposeAsync();
        await serving;
        Assert.IsType<NatsClosedEvent>(rig.Connection.Events.ToList()[^1]);
        rig.AssertGrammar(requireClosed: true);
    }

    private static async Task DisposeInEventHandlerAsync(ConnectionRig rig)
    {
        Task disposed = Task.CompletedTask;
        rig.Connection.ConnectionOpened += async (_, _) =>
        {
            disposed = rig.Connection.DisposeAsync().AsTask();
            await disposed;
        };
        Task serving = (await rig.OpenAsync()).ServeAsync(rig.Token);
        Assert.Equal(NatsCloseReason.Disposed, (await rig.Connection.Closed.WaitAsync(rig.Token)).Reason);
        await disposed;
        await serving;
        Assert.IsType<NatsClosedEvent>(rig.Connection.Events.ToList()[^1]);
    }

    private static async Task DisposeInSerializerAsync(ConnectionRig rig)
    {
        Task serving = (await rig.OpenAsync()).ServeAsync(rig.Token);
        var serializer = new CallbackSerializer(() => rig.Connection.DisposeAsync().AsTask());
        await Record.ExceptionAsync(() => rig.Connection.PublishAsync("a", 1, serializer: serializer, cancellationToken: rig.Token).AsTask()); // sent before the end, or refused
        await serializer.Called;
        await serving;
        Assert.Equal(NatsCloseReason.Disposed, (await rig.Connection.Closed.WaitAsync(rig.Token)).Reason);
    }

    private static async Task DisposeInAuthCallbackAsync(ConnectionRig outer)
    {
        Task disposed = Task.CompletedTask;
        ConnectionRig rig = null!;
        rig = new ConnectionRig(opts => opts with
        {
            AuthOpts = new NatsAuthOpts
            {
                AuthCredCallback = async (_, _) =>
                {
                    disposed = rig.Connection.DisposeAsync().AsTask();
                    await disposed;
                    return NatsAuthCred.FromToken("c4n4ry");
                },
            },
        });
        await using (rig)
        {
            Task connecting = rig.Connection.ConnectAsync(outer.Token).AsTask();
            ScriptedPeer peer = await rig.Server().AcceptAsync(outer.Token);
            await peer.SendInfoAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => rig.PassUntilAsync(connecting));
            await rig.PassUntilAsync(disposed);
            Assert.IsType<NatsClosedEvent>(rig.Connection.Events.ToList()[^1]);
            Assert.Empty(await peer.ReadToEndAsync(outer.Token)); // no CONNECT
        }
    }

    private static async Task DrainThenDisposeAsync(ConnectionRig rig)
    {
        Task serving = (await rig.OpenAsync()).ServeAsync(rig.Token);
        await rig.PassUntilAsync(rig.Connection.DrainAsync(rig.Token).AsTask());
        await rig.Connection.DisposeAsync();
        await serving;
        AssertOneEnd(rig, NatsCloseReason.DrainCompleted);
    }

    private static async Task DisposeDuringDrainAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.SendMessageAsync("a", 1, "never read");
        Task drain = rig.Connection.DrainAsync(rig.Token).AsTask();
        await rig.WhenAsync<NatsDrainStartedEvent>();
        await rig.PassUntilAsync(rig.Connection.DisposeAsync().AsTask());
        await Record.ExceptionAsync(() => rig.PassUntilAsync(drain));
        Assert.True(drain.IsCompleted);
        AssertOneEnd(rig, NatsCloseReason.Disposed);
    }

    private static async Task PublishAfterCloseAsync(ConnectionRig rig)
    {
        await rig.OpenAsync();
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        NatsConnectionClosedException closed = await Assert.ThrowsAsync<NatsConnectionClosedException>(() => rig.Connection.PublishAsync("a", 1, cancellationToken: rig.Token).AsTask());
        Assert.Equal((NatsOutcome.NotSent, NatsCloseReason.UserClosed), (closed.Outcome, closed.Reason));
    }

    private static async Task PublishDuringDrainAsync(ConnectionRig rig)
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        Task drain = rig.Connection.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await rig.Connection.PublishAsync("reply", 1, cancellationToken: rig.Token);
        await Assert.ThrowsAsync<NatsConnectionClosedException>(() => rig.Connection.SubscribeCoreAsync<int>("b", cancellationToken: rig.Token).AsTask());
        Task serving = peer.ServeAsync(rig.Token);
        await peer.SendAsync("PONG");
        await rig.PassUntilAsync(drain);
        await serving;
        Assert.Contains("PUB reply 1", peer.Transcript, StringComparison.Ordinal);
    }

    private static async Task SubscribeWithoutSessionAsync(ConnectionRig rig)
    {
        ScriptedPeer first = await rig.OpenAsync();
        first.Cut();
        ScriptedPeer next = await rig.Server().AcceptAsync(rig.Token);
        await using INatsSub<int> sub = await rig.Connection.SubscribeCoreAsync<int>("a", cancellationToken: rig.Token);
        await next.HandshakeAsync(rig.Token);
        await next.ExpectAsync("SUB a 1", rig.Token);
        await next.ExpectAsync("PING", rig.Token); // and no second SUB
    }

    private static async Task UnsubscribeWithoutSessionAsync(ConnectionRig rig)
    {
        ScriptedPeer first = await rig.OpenAsync();
        await using INatsSub<int> dropped = await rig.Connection.SubscribeCoreAsync<int>("dropped", cancellationToken: rig.Token);
        await using INatsSub<int> kept = await rig.Connection.SubscribeCoreAsync<int>("kept", cancellationToken: rig.Token);
        first.Cut();
        ScriptedPeer next = await rig.Server().AcceptAsync(rig.Token);
        await dropped.UnsubscribeAsync();
        await next.HandshakeAsync(rig.Token);
        await next.ExpectAsync("SUB kept 2", rig.Token);
        await next.ExpectAsync("PING", rig.Token);
    }

    private static async Task RemainingCountAsync(ConnectionRig rig)
    {
        ScriptedPeer first = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", opts: new NatsSubOpts { MaxMsgs = 5 }, cancellationToken: rig.Token);
        for (int i = 0; i < 3; i++)
        {
            await first.SendMessageAsync("a", 1, $"{i}");
        }

        for (int i = 0; i < 3; i++)
        {
            await sub.Msgs.ReadAsync(rig.Token);
        }

        first.Cut();
        ScriptedPeer next = await rig.AcceptAsync();
        await next.ExpectAsync("SUB a 1", rig.Token);
        await next.ExpectAsync("UNSUB 1 2", rig.Token);
        await next.ExpectAsync("PING", rig.Token);
    }

    private static void AssertOneEnd(ConnectionRig rig, NatsCloseReason reason)
    {
        List<NatsConnectionEvent> events = [.. rig.Connection.Events.ToList()];
        Assert.Single(events.OfType<NatsDrainStartedEvent>());
        Assert.Equal(reason, Assert.Single(events.OfType<NatsClosedEvent>()).Reason);
        Assert.IsType<NatsClosedEvent>(events[^1]);
    }

    private sealed class CallbackSerializer(Func<Task> callback) : INatsSerialize<int>
    {
        public Task Called { get; private set; } = Task.CompletedTask;

        public void Serialize(System.Buffers.IBufferWriter<byte> bufferWriter, int value) => Called = callback();
    }
}
