using System.Text;
using Earshot.Client.Tests.Outbound;
using Earshot.Messages;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class SubscriptionTests
{
    private readonly PartsRig _rig = new();
    private readonly InboundBatch _batch = new();

    [Fact]
    public async Task A_waiting_reader_is_woken_once_per_batch()
    {
        Subscription subscription = _rig.Subscribe("a");
        Task<bool> waiting = subscription.WaitToReadAsync(PartsRig.Token).AsTask();
        PartsRig.Deliver(subscription, _batch, "a", "payload", "NATS/1.0\r\n\r\n", "reply");
        Assert.False(waiting.IsCompleted);
        _batch.WakeAll();

        Assert.True(await waiting.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.True(subscription.TryRead(out InboundMessage message));
        Assert.Equal(("a", "reply", "payload", 12), (message.Subject, message.ReplyTo, Encoding.UTF8.GetString(message.Payload.Span), message.HeadersLength));
        Assert.False(subscription.TryRead(out _));
        Assert.Equal(new NatsSubStats(1, 0, 0, 0), subscription.Stats);
    }

    [Fact]
    public void The_subject_of_a_literal_subscription_is_its_own_string()
    {
        Subscription literal = _rig.Subscribe("a.b");
        Subscription accented = _rig.Subscribe("é.*");
        PartsRig.Deliver(literal, _batch, "a.b");
        PartsRig.Deliver(accented, _batch, "é.x");

        literal.TryRead(out InboundMessage message);
        Assert.Same(literal.Subject, message.Subject);
        accented.TryRead(out message);
        Assert.Equal("é.x", message.Subject);
    }

    [Fact]
    public async Task The_first_end_wins_with_its_own_exception()
    {
        Subscription subscription = _rig.Subscribe("a");
        subscription.End(NatsSubEndReason.Unsubscribed, null);
        subscription.End(NatsSubEndReason.Exception, new IOException());

        Assert.Equal((NatsSubEndReason.Unsubscribed, null), (subscription.EndReason, subscription.Exception));
        Assert.False(await subscription.WaitToReadAsync(PartsRig.Token));
        await subscription.Completion.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
    }

    [Fact]
    public async Task A_failed_subscription_delivers_what_had_arrived_and_then_throws()
    {
        Subscription subscription = _rig.Subscribe("a");
        PartsRig.Deliver(subscription, _batch, "a", "1");
        subscription.End(NatsSubEndReason.Exception, new IOException("refused"));
        PartsRig.Deliver(subscription, _batch, "a", "2");
        Task completion = subscription.Completion;

        Assert.True(await subscription.WaitToReadAsync(PartsRig.Token));
        Assert.False(completion.IsCompleted);
        Assert.True(subscription.TryRead(out _));
        await Assert.ThrowsAsync<IOException>(async () => await subscription.WaitToReadAsync(PartsRig.Token));
        await Assert.ThrowsAsync<IOException>(() => completion.WaitAsync(PartsRig.WaitLimit, PartsRig.Token));
        Assert.Equal(1, subscription.Stats.Delivered);
    }

    [Fact]
    public async Task Of_many_threads_that_end_it_one_wins_with_reason_and_exception()
    {
        for (int round = 0; round < 500; round++)
        {
            Subscription subscription = _rig.Subscribe("a");
            using var gate = new Barrier(2);
            var failing = Task.Run(() => { gate.SignalAndWait(PartsRig.Token); subscription.End(NatsSubEndReason.Exception, new IOException()); }, PartsRig.Token);
            gate.SignalAndWait(PartsRig.Token);
            subscription.End(NatsSubEndReason.Unsubscribed, null);
            await failing.WaitAsync(PartsRig.WaitLimit, PartsRig.Token);
            Assert.Equal(subscription.EndReason == NatsSubEndReason.Exception, subscription.Exception is not null);
        }

        Assert.Equal(0, _rig.Table.Count);
    }

    [Fact]
    public async Task It_completes_once_after_its_maximum_was_read()
    {
        Subscription subscription = _rig.Subscribe("a", maxMessages: 2);
        for (int i = 0; i < 3; i++)
        {
            PartsRig.Deliver(subscription, _batch, "a");
        }

        Assert.Equal((NatsSubEndReason.MaxMsgs, 2), (subscription.EndReason, subscription.PendingMessages));
        Assert.DoesNotContain(_rig.Events(), e => e is NatsSubscriptionCompletedEvent);

        Assert.True(subscription.TryRead(out _));
        Assert.True(subscription.TryRead(out _));
        Assert.False(await subscription.WaitToReadAsync(PartsRig.Token));
        NatsSubscriptionCompletedEvent completed = Assert.Single(_rig.Events().OfType<NatsSubscriptionCompletedEvent>());
        Assert.Equal((2, 2), (completed.Delivered, completed.Max));
    }

    [Fact]
    public void What_is_left_of_the_maximum_survives_reconnects()
    {
        Subscription subscription = _rig.Subscribe("a", maxMessages: 3);
        PartsRig.Deliver(subscription, _batch, "a");
        var replay = new System.Buffers.ArrayBufferWriter<byte>();
        using (_rig.Outbound.Gate.EnterScope())
        {
            _rig.Table.WriteReplayLocked(replay);
        }

        Assert.Equal("SUB a 1\r\nUNSUB 1 2\r\n", Encoding.UTF8.GetString(replay.WrittenSpan));
    }

    [Fact]
    public void A_drained_subscription_is_not_replayed_and_still_takes_what_arrives()
    {
        Subscription subscription = _rig.Subscribe("a");
        subscription.StopWanting();
        PartsRig.Deliver(subscription, _batch, "a");
        var replay = new System.Buffers.ArrayBufferWriter<byte>();
        using (_rig.Outbound.Gate.EnterScope())
        {
            Assert.Equal(0, _rig.Table.WriteReplayLocked(replay));
        }

        subscription.End(NatsSubEndReason.Drained, null);
        Task completion = subscription.Completion;

        Assert.False(completion.IsCompleted);
        Assert.True(subscription.TryRead(out _));
        Assert.True(completion.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(10.0, null, null, 10, NatsSubEndReason.Timeout)]
    [InlineData(null, 3.0, null, 3, NatsSubEndReason.StartUpTimeout)]
    [InlineData(null, null, 2.0, 2, NatsSubEndReason.IdleTimeout)]
    [InlineData(10.0, 3.0, 4.0, 3, NatsSubEndReason.StartUpTimeout)]
    public void A_subscription_without_messages_ends_at_its_first_timeout(double? total, double? startUp, double? idle, int expected, NatsSubEndReason reason)
    {
        Subscription subscription = _rig.Subscribe("a");
        subscription.StartTimeouts(Seconds(total), Seconds(startUp), Seconds(idle));
        _rig.Time.Advance(TimeSpan.FromSeconds(expected) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(NatsSubEndReason.None, subscription.EndReason);
        _rig.Time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.Equal(reason, subscription.EndReason);
    }

    [Fact]
    public void Messages_hold_off_the_idle_and_the_start_up_timeout_but_not_the_total()
    {
        Subscription subscription = _rig.Subscribe("a");
        subscription.StartTimeouts(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(3));
        for (int second = 1; second < 10; second++)
        {
            _rig.Time.Advance(TimeSpan.FromSeconds(1));
            PartsRig.Deliver(subscription, _batch, "a");
            Assert.Equal(NatsSubEndReason.None, subscription.EndReason);
        }

        _rig.Time.Advance(TimeSpan.FromSeconds(1.001));
        Assert.Equal(NatsSubEndReason.Timeout, subscription.EndReason);
    }

    [Fact]
    public void A_message_before_the_timeouts_were_started_counts_as_the_first()
    {
        Subscription subscription = _rig.Subscribe("a");
        PartsRig.Deliver(subscription, _batch, "a");
        subscription.StartTimeouts(null, TimeSpan.FromSeconds(1), null);
        _rig.Time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(NatsSubEndReason.None, subscription.EndReason);
    }

    [Fact]
    public void A_subscription_that_ended_early_leaves_no_timer_behind()
    {
        var timers = Earshot.Timing.TimerQueue.For(_rig.Time);
        int before = timers.Count;
        Subscription subscription = _rig.Subscribe("a");
        subscription.End(NatsSubEndReason.Unsubscribed, null);
        subscription.StartTimeouts(TimeSpan.FromDays(1), null, null);

        Assert.Equal(before, timers.Count);
    }

    [Fact]
    public void A_subscription_allocates_at_most_400_bytes()
    {
        const int Count = 10_000;
        var limits = new SubscriptionLimits(65536, 64 << 20, NatsSlowConsumerPolicy.DropNewest);
        _ = new Subscription("a", null, _rig.Table, limits, 0);
        var all = new Subscription[Count];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Count; i++)
        {
            all[i] = new Subscription("a", null, _rig.Table, limits, 0);
        }

        double each = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Count;

        Assert.InRange(each, 1, 400);
        TestContext.Current.SendDiagnosticMessage("{0} bytes per subscription", each);
    }

    private static TimeSpan? Seconds(double? value) => value is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
}
