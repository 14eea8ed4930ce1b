using System.Diagnostics;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>Nothing hangs after the end, whichever it is.</summary>
public sealed class EndTests
{
    [Fact]
    public async Task Close_cancels_a_dial_that_hangs()
    {
        await using var rig = new ConnectionRig();
        rig.Server().Hangs();
        Task connecting = rig.Connection.ConnectAsync(rig.Token).AsTask();
        await rig.WhenAsync<NatsConnectingEvent>();
        await rig.Connection.CloseAsync().AsTask().WaitAsync(rig.Token);
        NatsConnectionClosedException closed = await Assert.ThrowsAsync<NatsConnectionClosedException>(() => connecting);
        Assert.Equal(NatsCloseReason.UserClosed, closed.Reason);
        Assert.Equal(NatsConnectionState.Closed, rig.Connection.ConnectionState);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public async Task After_a_give_up_everything_that_waited_ends_with_the_reason()
    {
        await using var rig = new ConnectionRig(o => o with { MaxReconnectRetry = 1, PendingBufferSize = 64 });
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        rig.Server().Hangs();
        peer.Close();
        await rig.WhenAsync<NatsReconnectingEvent>();
        Task<NatsMsg<string>> request = rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask();
        Task<TimeSpan> ping = rig.Connection.PingAsync(rig.Token).AsTask();
        Task publish = rig.Connection.PublishAsync("big", new byte[100], cancellationToken: rig.Token).AsTask();
        Task reconnect = rig.Connection.ReconnectAsync(rig.Token).AsTask();
        Task<NatsClosedEvent> closed = rig.Connection.Closed;
        await rig.PassUntilAsync(closed, stepMilliseconds: 4999);

        Assert.Equal(NatsCloseReason.MaxReconnectsReached, (await closed).Reason);
        Assert.IsAssignableFrom<NatsException>(await Record.ExceptionAsync(() => request));
        Assert.NotNull(await Record.ExceptionAsync(() => ping));
        Assert.IsAssignableFrom<NatsDeliveryException>(await Record.ExceptionAsync(() => publish));
        Assert.Single(Assert.IsType<NatsConnectionFailedException>(await Record.ExceptionAsync(() => reconnect)).Failures);
        NatsConnectionClosedException ended = Assert.IsType<NatsConnectionClosedException>(await Record.ExceptionAsync(() => sub.Msgs.ReadAsync(rig.Token).AsTask().WaitAsync(rig.Token)) switch
        {
            System.Threading.Channels.ChannelClosedException { InnerException: { } inner } => inner,
            var other => other,
        });
        Assert.Equal(NatsCloseReason.MaxReconnectsReached, ended.Reason);
        Assert.Equal(NatsConnectionState.Failed, rig.Connection.ConnectionState);
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public async Task What_waits_when_the_connection_is_disposed_ends_with_the_reason_and_not_as_a_misuse()
    {
        await using var rig = new ConnectionRig(o => o with { PendingBufferSize = 64 });
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        rig.Server().Hangs();
        peer.Close();
        await rig.WhenAsync<NatsReconnectingEvent>();
        Task[] waiting =
        [
            rig.Connection.PublishAsync("big", new byte[100], cancellationToken: rig.Token).AsTask(),
            rig.Connection.RequestAsync<string, string>("service", "?", cancellationToken: rig.Token).AsTask(),
            rig.Connection.PingAsync(rig.Token).AsTask(),
            rig.Connection.ReconnectAsync(rig.Token).AsTask(),
            sub.Msgs.WaitToReadAsync(rig.Token).AsTask(),
        ];
        await rig.PassUntilAsync(rig.Connection.DisposeAsync().AsTask());

        foreach (Task wait in waiting)
        {
            Assert.Equal(NatsCloseReason.Disposed, (await Assert.ThrowsAsync<NatsConnectionClosedException>(() => wait)).Reason);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await rig.Connection.PublishAsync("big", new byte[100], cancellationToken: rig.Token));
    }

    [Fact]
    public async Task Dispose_with_10_000_subscriptions_and_a_silent_server_takes_less_than_a_second()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        var subscriptions = new List<INatsSub<string>>(10_000);
        for (int i = 0; i < 10_000; i++)
        {
            subscriptions.Add(await rig.Connection.SubscribeCoreAsync<string>($"orders.{i}", cancellationToken: rig.Token));
        }

        long started = Stopwatch.GetTimestamp();
        await rig.PassAsync(rig.Connection.DisposeAsync().AsTask(), TimeSpan.FromSeconds(1), stepMilliseconds: 5);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal(0, rig.Connection.Stats.SubscriptionCount);
        Assert.All(subscriptions, sub => Assert.Equal(NatsSubEndReason.ConnectionClosed, sub.EndReason));
        rig.AssertGrammar(requireClosed: true);
    }

    [Fact]
    public async Task A_drain_delivers_messages_in_flight_and_then_closes()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        Task draining = rig.Connection.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        Assert.Equal(NatsConnectionState.DrainingSubscriptions, rig.Connection.ConnectionState);
        await peer.SendMessageAsync("orders", 1, "late");
        await peer.SendAsync("PONG");
        Assert.Equal("late", (await sub.Msgs.ReadAsync(rig.Token)).Data);
        Assert.False(await sub.Msgs.WaitToReadAsync(rig.Token));
        await rig.PassUntilAsync(peer.ExpectAsync("PING", rig.Token));
        await peer.SendAsync("PONG");
        await draining;
        Assert.Equal(NatsCloseReason.DrainCompleted, (await rig.Connection.Closed).Reason);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_drain_of_one_subscription_that_is_not_finished_reports_the_remainder_and_its_outcome(bool cancelled)
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await peer.SendMessageAsync("orders", 1, "not read");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Token);
        Task draining = sub.DrainAsync(stop.Token).AsTask();
        await peer.ExpectAsync("SUB", rig.Token);
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        if (cancelled)
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining);
        }

        await peer.SendAsync("PONG");
        peer.AnswersPings = true;
        _ = peer.ReadToEndAsync(rig.Token);
        Task<NatsDrainCompletedEvent> completed = rig.WhenAsync<NatsDrainCompletedEvent>();
        await rig.PassUntilAsync(completed, stepMilliseconds: 1000);
        NatsDrainRemainder remains = Assert.Single((await rig.WhenAsync<NatsDrainTimeoutEvent>()).Remaining);
        Assert.Equal(("orders", 1), (remains.Subject, remains.PendingMessages));
        Assert.Equal(NatsDrainOutcome.TimedOut, (await completed).Outcome);
    }

    [Fact]
    public async Task A_connect_concurrent_with_a_close_ends_one_way_or_the_other()
    {
        for (int i = 0; i < 50; i++)
        {
            await using var rig = new ConnectionRig();
            rig.Server().Hangs();
            Task closing = Task.Factory.StartNew(() => rig.Connection.CloseAsync().AsTask(), rig.Token, TaskCreationOptions.None, TaskScheduler.Default).Unwrap();
            Exception? outcome = await Record.ExceptionAsync(() => rig.Connection.ConnectAsync(rig.Token).AsTask());
            Assert.IsType<NatsConnectionClosedException>(outcome);
            await closing.WaitAsync(rig.Token);
        }
    }
}
