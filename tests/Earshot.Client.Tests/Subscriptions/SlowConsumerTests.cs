using Earshot.Client.Tests.Outbound;
using Earshot.Messages;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

public sealed class SlowConsumerTests
{
    private readonly PartsRig _rig = new();
    private readonly InboundBatch _batch = new();

    [Theory]
    [InlineData(NatsSlowConsumerPolicy.DropNewest, "0123")]
    [InlineData(NatsSlowConsumerPolicy.DropOldest, "6789")]
    public void Beyond_the_limit_the_policy_drops_and_every_message_is_counted_once(NatsSlowConsumerPolicy policy, string kept)
    {
        Subscription subscription = _rig.Subscribe("a", new SubscriptionLimits(4, 1000, policy));
        for (int i = 0; i < 10; i++)
        {
            PartsRig.Deliver(subscription, _batch, "a", $"{i}");
        }

        Assert.Equal(new NatsSubStats(0, 4, 8, 6), subscription.Stats);

        Assert.Equal(kept, ReadAll(subscription));
        Assert.Equal(new NatsSubStats(4, 0, 0, 6), subscription.Stats);
        Assert.Equal(6, _rig.Table.Dropped);
    }

    [Theory]
    [InlineData(NatsSlowConsumerPolicy.DropNewest, 3, 7)]
    [InlineData(NatsSlowConsumerPolicy.DropOldest, 3, 7)]
    public void The_limit_in_bytes_counts_subject_and_payload(NatsSlowConsumerPolicy policy, int pending, int dropped)
    {
        Subscription subscription = _rig.Subscribe("a", new SubscriptionLimits(100, 30, policy));
        for (int i = 0; i < 10; i++)
        {
            PartsRig.Deliver(subscription, _batch, "a", "123456789");
        }

        Assert.Equal(new NatsSubStats(0, pending, 30, dropped), subscription.Stats);
    }

    [Fact]
    public void One_message_above_the_limit_in_bytes_is_taken_when_nothing_else_waits()
    {
        Subscription subscription = _rig.Subscribe("a", new SubscriptionLimits(100, 5, NatsSlowConsumerPolicy.DropNewest));
        PartsRig.Deliver(subscription, _batch, "a", "123456789");

        Assert.True(subscription.TryRead(out _));
    }

    [Fact]
    public void The_waiting_policy_drops_nothing_and_stops_the_reading()
    {
        Subscription subscription = _rig.Subscribe("a", new SubscriptionLimits(2, 1000, NatsSlowConsumerPolicy.Wait));
        PartsRig.Deliver(subscription, _batch, "a", "0");
        PartsRig.Deliver(subscription, _batch, "a", "1");
        Assert.Null(_batch.Full);
        PartsRig.Deliver(subscription, _batch, "a", "2");

        QueueReader? full = _batch.Full;
        Assert.Equal(3, full?.Queue.PendingMessages);
        full!.PauseReading(new ReadSignal(), isFull: true);
        subscription.TryRead(out _);
        Assert.False(full.HasCapacity);
        subscription.TryRead(out _);
        Assert.True(full.HasCapacity);
        Assert.Equal(0, subscription.Stats.Dropped);
    }

    [Fact]
    public void An_episode_starts_once_and_ends_at_half_of_the_limit()
    {
        Subscription subscription = _rig.Subscribe("a", new SubscriptionLimits(4, 1000, NatsSlowConsumerPolicy.DropNewest));
        _rig.Events();
        for (int i = 0; i < 6; i++)
        {
            PartsRig.Deliver(subscription, _batch, "a");
        }

        NatsSlowConsumerEvent slow = Assert.Single(_rig.Events().OfType<NatsSlowConsumerEvent>());
        Assert.Equal((4, 4, NatsSlowConsumerPolicy.DropNewest), (slow.PendingMessages, slow.LimitMessages, slow.Policy));

        _rig.Time.Advance(TimeSpan.FromSeconds(3));
        subscription.TryRead(out _);
        PartsRig.Deliver(subscription, _batch, "a"); // between the half and the limit the episode continues
        subscription.TryRead(out _);
        Assert.Empty(_rig.Events());
        subscription.TryRead(out _);
        List<NatsConnectionEvent> events = _rig.Events();
        Assert.Equal([NatsEventKind.MessageDropped, NatsEventKind.SlowConsumerRecovered], events.Select(e => e.Kind));
        var recovered = (NatsSlowConsumerRecoveredEvent)events[1];
        Assert.Equal((TimeSpan.FromSeconds(3), 2, 4), (recovered.Duration, recovered.Dropped, recovered.PeakPending));
    }

    [Fact]
    public void Drops_are_reported_at_most_once_a_second_and_none_is_counted_twice()
    {
        Subscription subscription = _rig.Subscribe("a", new SubscriptionLimits(1, 1000, NatsSlowConsumerPolicy.DropNewest));
        PartsRig.Deliver(subscription, _batch, "a");
        for (int i = 0; i < 35; i++)
        {
            PartsRig.Deliver(subscription, _batch, "a");
            _rig.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        NatsMessageDroppedEvent[] reports = [.. _rig.Events().OfType<NatsMessageDroppedEvent>()];
        Assert.Equal([1, 10, 10, 10], reports.Select(report => report.DroppedSinceLast));
        Assert.Equal([1, 11, 21, 31], reports.Select(report => report.DroppedTotal));
    }

    [Fact]
    public void Episodes_that_flap_do_not_report_drops_more_often_than_once_a_second()
    {
        Subscription subscription = _rig.Subscribe("a", new SubscriptionLimits(1, 1000, NatsSlowConsumerPolicy.DropNewest));
        for (int i = 0; i < 20; i++)
        {
            PartsRig.Deliver(subscription, _batch, "a");
            PartsRig.Deliver(subscription, _batch, "a");
            subscription.TryRead(out _);
        }

        List<NatsConnectionEvent> events = _rig.Events();
        Assert.Single(events.OfType<NatsMessageDroppedEvent>());
        Assert.Equal((20, 20), (events.OfType<NatsSlowConsumerEvent>().Count(), events.OfType<NatsSlowConsumerRecoveredEvent>().Count()));
        Assert.Equal(20, events.OfType<NatsSlowConsumerRecoveredEvent>().Sum(e => e.Dropped));
    }

    [Theory]
    [InlineData(NatsSlowConsumerPolicy.DropNewest)]
    [InlineData(NatsSlowConsumerPolicy.DropOldest)]
    public async Task Under_two_threads_received_and_dropped_are_all_that_arrived(NatsSlowConsumerPolicy policy)
    {
        const int Count = 100_000;
        Subscription subscription = _rig.Subscribe("a", new SubscriptionLimits(50, 1 << 20, policy), maxMessages: Count);
        var writing = Task.Run(
            () =>
            {
                for (int i = 0; i < Count; i++)
                {
                    PartsRig.Deliver(subscription, _batch, "a");
                    _batch.WakeAll();
                }
            },
            PartsRig.Token);
        int read = 0;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(PartsRig.Token);
        limit.CancelAfter(PartsRig.WaitLimit);
        while (await subscription.WaitToReadAsync(limit.Token))
        {
            while (subscription.TryRead(out _))
            {
                read++;
            }
        }

        await writing;
        Assert.Equal(new NatsSubStats(read, 0, 0, Count - read), subscription.Stats);
    }

    private static string ReadAll(Subscription subscription)
    {
        string text = "";
        while (subscription.TryRead(out InboundMessage message))
        {
            text += System.Text.Encoding.UTF8.GetString(message.Payload.Span);
        }

        return text;
    }
}
