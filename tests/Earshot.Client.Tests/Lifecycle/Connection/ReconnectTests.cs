using Earshot.Servers;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>A connection loses its session and continues where it was, or migrates before the server closes it.</summary>
public sealed class ReconnectTests
{
    [Fact]
    public async Task Connected_precedes_the_first_message()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        Assert.Equal(NatsConnectionState.Open, rig.Connection.ConnectionState);
        Assert.Equal(
            [NatsEventKind.Connecting, NatsEventKind.ConnectAttempt, NatsEventKind.Connected],
            rig.Connection.Events.ToList().Select(e => e.Kind).Take(3));
    }

    [Fact]
    public async Task A_new_session_gets_the_subscriptions_then_a_ping_then_what_was_kept()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        await using INatsSub<string> limited = await rig.Connection.SubscribeCoreAsync<string>("orders", opts: new NatsSubOpts { MaxMsgs = 3 }, cancellationToken: rig.Token);
        await using INatsSub<string> grouped = await rig.Connection.SubscribeCoreAsync<string>("jobs", "workers", cancellationToken: rig.Token);
        await first.ExpectAsync("SUB orders 1", rig.Token);
        await first.ExpectAsync("UNSUB 1 3", rig.Token);
        await first.ExpectAsync("SUB jobs workers 2", rig.Token);
        await first.SendMessageAsync("orders", 1, "one");
        Assert.Equal("one", (await limited.Msgs.ReadAsync(rig.Token)).Data);

        rig.Server().Refuses();
        first.Close();
        await rig.WhenAsync<NatsReconnectDelayEvent>();
        await rig.Connection.PublishAsync("kept", "a", cancellationToken: rig.Token);
        await rig.Connection.PublishAsync("kept", "b", cancellationToken: rig.Token);
        rig.Server().Accepts();
        rig.Time.Advance(TimeSpan.FromSeconds(5));

        ScriptedPeer second = await rig.AcceptAsync();
        await second.ExpectAsync("SUB orders 1", rig.Token);
        await second.ExpectAsync("UNSUB 1 2", rig.Token);
        await second.ExpectAsync("SUB jobs workers 2", rig.Token);
        await second.ExpectAsync("PING", rig.Token);
        Assert.Equal("a", (await second.ExpectAsync("PUB kept 1", rig.Token)).PayloadText);
        Assert.Equal("b", (await second.ExpectAsync("PUB kept 1", rig.Token)).PayloadText);
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsResubscribedEvent);
        await second.SendAsync("PONG");
        NatsResubscribedEvent confirmed = await rig.WhenAsync<NatsResubscribedEvent>();
        Assert.Equal((2, true), (confirmed.Count, confirmed.ServerConfirmed));
        Assert.Equal(TimeSpan.FromSeconds(5), confirmed.Window.To - confirmed.Window.From);
        Assert.Equal(2, (await rig.WhenAsync<NatsPendingReplayedEvent>()).Messages);
    }

    [Fact]
    public async Task The_reported_delay_is_that_of_the_attempt_also_when_many_connections_of_the_process_wait()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        for (int i = 0; i < 400; i++) // 20 attempts in each tenth of a second for two seconds
        {
            ReconnectPace.For(rig.Time).Reserve(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(5));
        }

        rig.Server().Refuses();
        first.Close();
        TimeSpan delay = (await rig.WhenAsync<NatsReconnectDelayEvent>()).Delay;
        Assert.InRange(delay, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(2.2));
        int attempts = rig.Connection.Events.ToList().OfType<NatsConnectAttemptEvent>().Count();
        rig.Server().Accepts();
        rig.Time.Advance(delay - TimeSpan.FromMilliseconds(1));
        Assert.Equal(attempts, rig.Connection.Events.ToList().OfType<NatsConnectAttemptEvent>().Count());
        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        await rig.AcceptAsync();
        await rig.WhenAsync<NatsReconnectedEvent>();
    }

    [Fact]
    public async Task A_migration_delivers_everything_once()
    {
        await using var rig = new ConnectionRig(url: "nats://10.0.0.1:4222,nats://10.0.0.2:4222");
        ScriptedPeer old = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await old.ExpectAsync("SUB orders 1", rig.Token);
        await old.SendInfoAsync(lameDuck: true);
        await rig.WhenAsync<NatsLameDuckModeEvent>();
        rig.Time.Advance(TimeSpan.FromSeconds(5));
        ScriptedPeer next = await rig.AcceptAsync(2);
        await old.ExpectAsync("UNSUB 1", rig.Token);
        await old.ExpectAsync("PING", rig.Token);
        Assert.Equal(NatsConnectionState.Open, rig.Connection.ConnectionState);
        await rig.Connection.PublishAsync("during", "x", cancellationToken: rig.Token);
        await old.SendMessageAsync("orders", 1, "one of the old");
        Assert.Equal("one of the old", (await sub.Msgs.ReadAsync(rig.Token)).Data); // it is not left before its PONG
        await old.SendMessageAsync("orders", 1, "last of the old");
        await old.SendAsync("PONG");
        await next.ExpectAsync("SUB orders 1", rig.Token);
        await next.ExpectAsync("PING", rig.Token);
        await next.ExpectAsync("PUB during 1", rig.Token);
        await next.SendAsync("PONG");
        await next.SendMessageAsync("orders", 1, "first of the new");
        Assert.Equal("last of the old", (await sub.Msgs.ReadAsync(rig.Token)).Data);
        Assert.Equal("first of the new", (await sub.Msgs.ReadAsync(rig.Token)).Data);
        await rig.WhenAsync<NatsResubscribedEvent>();
        Assert.Empty(await old.ReadToEndAsync(rig.Token));
        Assert.Equal(NatsDisconnectReason.LameDuck, (await rig.WhenAsync<NatsDisconnectedEvent>()).Reason);
    }

    [Fact]
    public async Task A_publish_waits_out_a_planned_move_also_where_nothing_is_buffered()
    {
        await using var rig = new ConnectionRig(o => o with { PendingBufferPolicy = NatsPendingBufferPolicy.NoBuffering });
        ScriptedPeer old = await rig.OpenAsync();
        Task moving = rig.Connection.ReconnectAsync(rig.Token).AsTask();
        await old.ExpectAsync("PING", rig.Token);
        Task publishing = rig.Connection.PublishAsync("during", "x", cancellationToken: rig.Token).AsTask();
        Assert.False(publishing.IsCompleted);
        await old.SendAsync("PONG");
        ScriptedPeer next = await rig.AcceptAsync();
        await next.ExpectAsync("PING", rig.Token);
        await next.SendAsync("PONG");
        await next.ExpectAsync("PUB during 1", rig.Token);

        await publishing;
        await moving;
    }

    [Fact]
    public async Task A_publish_waits_no_longer_once_a_planned_move_has_found_no_server()
    {
        await using var rig = new ConnectionRig(o => o with { PendingBufferPolicy = NatsPendingBufferPolicy.NoBuffering });
        ScriptedPeer old = await rig.OpenAsync();
        rig.Server().Refuses();
        Task moving = rig.Connection.ReconnectAsync(rig.Token).AsTask();
        await old.ExpectAsync("PING", rig.Token);
        Task publishing = rig.Connection.PublishAsync("during", "x", cancellationToken: rig.Token).AsTask();
        await old.SendAsync("PONG");

        Assert.Equal(NatsOutcome.NotSent, (await Assert.ThrowsAsync<NatsPublishBufferException>(() => publishing)).Outcome);
        await Assert.ThrowsAsync<NatsPublishBufferException>(() => rig.Connection.PublishAsync("after", "x", cancellationToken: rig.Token).AsTask());
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        await Assert.ThrowsAnyAsync<NatsException>(() => moving);
    }

    [Fact]
    public async Task A_slow_request_neither_delays_the_others_nor_fails_in_a_migration()
    {
        await using var rig = new ConnectionRig(o => o with { RequestTimeout = TimeSpan.FromMinutes(1) }, "nats://10.0.0.1:4222,nats://10.0.0.2:4222");
        ScriptedPeer old = await rig.OpenAsync();
        Task<NatsMsg<string>> slow = rig.Connection.RequestAsync<string, string>("slow", "?", cancellationToken: rig.Token).AsTask();
        await old.ExpectAsync("SUB", rig.Token);
        string slowInbox = (await old.ExpectAsync("PUB slow", rig.Token)).Line.Split(' ')[2];
        await old.SendInfoAsync(lameDuck: true);
        await rig.WhenAsync<NatsLameDuckModeEvent>();
        rig.Time.Advance(TimeSpan.FromSeconds(4.9));
        ScriptedPeer next = await rig.AcceptAsync(2);

        // The old session continues while the slow reply is awaited.
        old.AnswersPings = true;
        Task<NatsMsg<string>> quick = rig.Connection.RequestAsync<string, string>("quick", "?", replyOpts: new NatsSubOpts { Timeout = TimeSpan.FromSeconds(1) }, cancellationToken: rig.Token).AsTask();
        string quickInbox = (await old.ExpectAsync("PUB quick", rig.Token)).Line.Split(' ')[2];
        await old.SendMessageAsync(quickInbox, 1, "here");
        Assert.Equal("here", (await quick).Data);

        // To its end: a reply that the old server has for the slow request still comes.
        Task<IReadOnlyList<ClientOperation>> rest = old.ReadToEndAsync(rig.Token);
        await rig.PassUntilAsync(rig.WhenAsync<NatsDisconnectedEvent>());
        Assert.Empty(await rest);
        await next.ExpectAsync("SUB", rig.Token);
        await next.ExpectAsync("PING", rig.Token);
        await next.SendAsync("PONG");
        await next.SendMessageAsync(slowInbox, 1, "at last");
        Assert.Equal("at last", (await slow).Data);
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsRequestsFailedEvent);
    }

    [Fact]
    public async Task A_reply_between_the_last_PONG_of_the_old_server_and_the_replay_is_not_lost_in_a_migration()
    {
        await using var rig = new ConnectionRig(o => o with { RequestTimeout = TimeSpan.FromMinutes(1) }, "nats://10.0.0.1:4222,nats://10.0.0.2:4222");
        ScriptedPeer old = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        Task<NatsMsg<string>> slow = rig.Connection.RequestAsync<string, string>("slow", "?", cancellationToken: rig.Token).AsTask();
        await old.ExpectAsync("SUB orders 1", rig.Token);
        await old.ExpectAsync("SUB", rig.Token);
        string inbox = (await old.ExpectAsync("PUB slow", rig.Token)).Line.Split(' ')[2];
        await old.SendInfoAsync(lameDuck: true);
        await rig.WhenAsync<NatsLameDuckModeEvent>();
        rig.Time.Advance(TimeSpan.FromSeconds(4.9));
        ScriptedPeer next = await rig.AcceptAsync(2);

        // The new server has the inbox before the old one has answered the last PING.
        Task<ClientOperation> subscribed = next.ExpectAsync("SUB", rig.Token);
        await rig.PassUntilAsync(subscribed);
        Assert.Equal(inbox[..inbox.LastIndexOf('.')] + ".*", (await subscribed).Line.Split(' ')[1]);
        Assert.Equal(NatsConnectionState.Open, rig.Connection.ConnectionState);
        await next.SendMessageAsync(inbox, 2, "between");
        Task leaving = old.ServeAsync(rig.Token);
        await next.ExpectAsync("SUB orders 1", rig.Token);
        await next.ExpectAsync("PING", rig.Token); // and no second SUB of the inbox
        await next.SendAsync("PONG");

        Assert.Equal("between", (await slow).Data);
        await leaving;
    }

    [Fact]
    public async Task A_session_lost_while_its_last_replies_are_awaited_does_not_affect_the_next_one()
    {
        await using var rig = new ConnectionRig(o => o with { RequestsOnDisconnect = NatsRequestFailMode.WaitForTimeout }, "nats://10.0.0.1:4222,nats://10.0.0.2:4222");
        ScriptedPeer old = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        Task<NatsMsg<string>> request = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask();
        await old.ExpectAsync("SUB orders 1", rig.Token);
        await old.ExpectAsync("SUB", rig.Token);
        await old.ExpectAsync("PUB service", rig.Token);
        await old.SendInfoAsync(lameDuck: true);
        await rig.WhenAsync<NatsLameDuckModeEvent>();
        rig.Time.Advance(TimeSpan.FromSeconds(4.9));
        ScriptedPeer next = await rig.AcceptAsync(2);
        old.Close();
        await next.ExpectAsync("SUB orders 1", rig.Token);
        await next.ExpectAsync("SUB", rig.Token);
        await next.ExpectAsync("PING", rig.Token);
        await next.SendAsync("PONG");
        await rig.WhenAsync<NatsResubscribedEvent>();
        await rig.PassUntilAsync(Assert.ThrowsAsync<NatsNoReplyException>(() => request));
        await rig.Connection.PublishAsync("after", "x", cancellationToken: rig.Token);
        Assert.Equal("PUB after 1", (await next.ReadOperationAsync(rig.Token))!.Line);
    }

    [Fact]
    public async Task A_move_that_the_end_of_the_old_session_has_overtaken_holds_up_no_request_of_the_next()
    {
        await using var rig = new ConnectionRig(
            o => o with { RequestsOnDisconnect = NatsRequestFailMode.WaitForTimeout, RequestTimeout = TimeSpan.FromMinutes(1) }, "nats://10.0.0.1:4222,nats://10.0.0.2:4222");
        ScriptedPeer old = await rig.OpenAsync();
        Task<NatsMsg<string>> slow = rig.Connection.RequestAsync<string, string>("slow", "?", cancellationToken: rig.Token).AsTask();
        await old.ExpectAsync("SUB", rig.Token);
        string slowInbox = (await old.ExpectAsync("PUB slow", rig.Token)).Line.Split(' ')[2];
        await old.SendInfoAsync(lameDuck: true);
        await rig.WhenAsync<NatsLameDuckModeEvent>();
        rig.Time.Advance(TimeSpan.FromSeconds(4.9));
        ScriptedPeer next = await rig.AcceptAsync(2);
        old.Close();
        await next.ExpectAsync("SUB", rig.Token);
        await next.ExpectAsync("PING", rig.Token);
        await next.SendAsync("PONG");
        await rig.WhenAsync<NatsResubscribedEvent>();
        rig.Time.Advance(TimeSpan.FromSeconds(2.6)); // the wait for the slow answer is over
        next.AnswersPings = true;
        Task<NatsMsg<string>> another = rig.Connection.RequestAsync<string, string>("another", "?", cancellationToken: rig.Token).AsTask();
        await next.SendMessageAsync((await next.ExpectAsync("PUB another", rig.Token)).Line.Split(' ')[2], 1, "here");
        Assert.Equal("here", (await another).Data);
        await next.SendMessageAsync(slowInbox, 1, "at last");
        Assert.Equal("at last", (await slow).Data);
    }

    [Fact]
    public async Task ReconnectAsync_completes_when_the_server_has_confirmed_the_new_session()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        Task reconnecting = rig.Connection.ReconnectAsync(rig.Token).AsTask();
        await first.ExpectAsync("PING", rig.Token);
        await first.SendAsync("PONG");
        ScriptedPeer second = await rig.AcceptAsync();
        await second.ExpectAsync("PING", rig.Token);
        Assert.False(reconnecting.IsCompleted);
        await second.SendAsync("PONG");
        await reconnecting;
        Assert.Empty(await first.ReadToEndAsync(rig.Token));
    }

    [Fact]
    public async Task After_the_end_every_call_fails_with_the_reason_and_only_ConnectAsync_starts_again()
    {
        await using var rig = new ConnectionRig(o => o with { MaxReconnectRetry = 0 });
        ScriptedPeer first = await rig.OpenAsync();
        first.Close();
        await rig.Connection.WaitForStateAsync(NatsConnectionState.Failed, rig.Token);
        Func<Task>[] calls =
        [
            () => rig.Connection.PublishAsync("a", new byte[1], cancellationToken: rig.Token).AsTask(),
            () => rig.Connection.RequestAsync<byte[], byte[]>("a", [1], cancellationToken: rig.Token).AsTask(),
            () => rig.Connection.SubscribeCoreAsync<byte[]>("a", cancellationToken: rig.Token).AsTask(),
            () => rig.Connection.PingAsync(rig.Token).AsTask(),
            () => rig.Connection.FlushAsync(rig.Token).AsTask(),
            () => rig.Connection.ReconnectAsync(rig.Token).AsTask(),
            () => rig.Connection.SetServersAsync(["nats://10.0.0.2:4222"], reconnect: true, rig.Token).AsTask(),
        ];
        foreach (Func<Task> call in calls)
        {
            Assert.Equal(NatsCloseReason.ReconnectDisabled, (await Assert.ThrowsAsync<NatsConnectionClosedException>(call)).Reason);
        }

        Assert.Single(rig.Dialer.Dials);
        Assert.Single(rig.Connection.Events.ToList().OfType<NatsClosedEvent>());
        Task again = rig.Connection.ConnectAsync(rig.Token).AsTask();
        await rig.AcceptAsync();
        await again;
        Assert.Equal(NatsConnectionState.Open, rig.Connection.ConnectionState);
        Assert.Equal(2, rig.Connection.Events.ToList().OfType<NatsConnectedEvent>().Count());
    }

    [Fact]
    public async Task A_selector_that_throws_and_one_that_hangs_leave_the_pool_in_charge()
    {
        int calls = 0;
        await using var rig = new ConnectionRig(o => o with
        {
            ServerSelector = async (_, _, token) =>
            {
                if (++calls == 1)
                {
                    throw new InvalidOperationException("no idea");
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, token);
                return null;
            },
        });
        ScriptedPeer first = await rig.OpenAsync();
        first.Close();
        Task<ScriptedPeer> second = rig.AcceptAsync();
        await rig.PassUntilAsync(second);
        NatsCallbackFaultedEvent[] faults = [.. rig.Connection.Events.ToList().OfType<NatsCallbackFaultedEvent>()];
        Assert.Equal(2, faults.Length);
        Assert.All(faults, fault => Assert.Equal(NatsOptionCallback.ServerSelector, fault.Callback));
    }
}
