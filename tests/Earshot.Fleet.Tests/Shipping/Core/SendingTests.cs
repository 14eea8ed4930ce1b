using Earshot.Fleet.Shipping;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Core;

/// <summary>When batches are sent, and what follows from answers.</summary>
public sealed class SendingTests
{
    [Fact]
    public void A_batch_that_the_stream_never_takes_is_dropped_and_the_next_ones_are_smaller()
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        var story = new EventStory("c1");
        for (int i = 0; i < 200; i++)
        {
            rig.Add("c1", story.Disconnected());
        }

        FrozenBatch first = rig.Send()!;
        rig.Shipment.Answered(first.Number, SendFailure.TooLarge, "message size exceeds maximum allowed (10054)", rig.Now);
        Assert.Equal((SendFailure.TooLarge, "message size exceeds maximum allowed (10054)"), rig.Shipment.TakeWarning());
        for (FrozenBatch? batch = rig.Send(); batch is not null; batch = rig.Send())
        {
            Assert.InRange(batch.Payload.Length, 1, first.Payload.Length / 2);
            rig.Receiver.Store(batch);
            rig.Shipment.Answered(batch.Number, SendFailure.None, null, rig.Now);
        }

        NatsJournalShippingCounts counts = rig.Shipment.Counts;
        Assert.Equal((200 - first.Events, first.Events, 1L, 0, 0L), (counts.Shipped, counts.Dropped, counts.Failures, counts.Held, counts.HeldBytes));
    }

    private static readonly TimeSpan s_linger = TimeSpan.FromMilliseconds(500);

    private readonly EventStory _story = new("c1");

    [Fact]
    public void Nothing_is_sent_without_a_session()
    {
        var rig = new ShipmentRig();
        rig.Add("c1", _story.Disconnected());
        rig.Now += TimeSpan.FromHours(3);
        Assert.Equal(default, rig.Next());
    }

    [Fact]
    public void A_batch_waits_for_the_random_delay_of_the_session_and_for_others_to_join_it()
    {
        var rig = new ShipmentRig(chance: 0.25);
        TimeSpan opened = rig.Now;
        rig.Add("c1", _story.Disconnected());
        rig.Shipment.Ready(1, rig.Now);
        Assert.NotNull(rig.Send());
        Assert.Equal(TimeSpan.FromSeconds(0.75), rig.Now - opened);

        Acknowledge(rig);
        rig.Add("c1", _story.Disconnected());
        TimeSpan added = rig.Now;
        Assert.NotNull(rig.Send());
        Assert.Equal(s_linger, rig.Now - added);
    }

    [Fact]
    public void A_full_batch_and_the_end_of_a_connection_wait_for_nothing()
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        for (int i = 0; i < 64; i++)
        {
            Assert.Null(rig.Next().Batch);
            rig.Add("c1", _story.Error());
        }

        Assert.NotNull(rig.Next().Batch);
        Acknowledge(rig);
        rig.Now += TimeSpan.FromMinutes(1);
        rig.Add("c1", _story.Add(new NatsDrainStartedEvent { Scope = NatsDrainScope.Connection }));
        Assert.NotNull(rig.Next().Batch);
    }

    [Fact]
    public void One_batch_is_in_flight_and_the_rate_is_limited()
    {
        var rig = new ShipmentRig(new NatsJournalShippingOptions { Service = "orders-api", Instance = "p1", BytesPerSecond = 1000 });
        rig.Shipment.Ready(1, rig.Now);
        for (int i = 0; i < 200; i++)
        {
            rig.Add("c1", _story.Error());
        }

        FrozenBatch first = rig.Next().Batch!;
        TimeSpan sent = rig.Now;
        Assert.Null(rig.Next().Batch);
        rig.Shipment.Answered(first.Number, SendFailure.None, null, rig.Now);
        Assert.NotNull(rig.Send());
        Assert.Equal(first.Payload.Length, (rig.Now - sent).TotalMilliseconds, 1.0);
    }

    [Fact]
    public void The_pending_buffer_of_the_application_comes_first()
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        rig.Add("c1", _story.Error());
        rig.Now += s_linger;
        SendStep step = rig.Next(pendingShare: 0.51);
        Assert.Equal((null, rig.Now + SendRules.Recheck), (step.Batch, step.Until!.Value));
        rig.Now = step.Until.Value;
        Assert.NotNull(rig.Next(pendingShare: 0.5).Batch);
    }

    [Theory]
    [InlineData((int)SendFailure.NoStream)]
    [InlineData((int)SendFailure.Error)]
    [InlineData((int)SendFailure.NoAck)]
    public void Failures_are_followed_by_a_second_at_first_and_by_up_to_five_minutes_later_and_the_same_bytes_are_sent(int failure)
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        rig.Add("c1", _story.Error());
        FrozenBatch batch = rig.Send()!;
        var delays = new List<double>();
        for (int i = 0; i < 18; i++)
        {
            if (failure == (int)SendFailure.NoAck)
            {
                rig.Now += TimeSpan.FromSeconds(5); // the machine finds out by itself
            }
            else
            {
                rig.Shipment.Answered(batch.Number, (SendFailure)failure, "full", rig.Now);
            }

            TimeSpan failed = rig.Now;
            Assert.Same(batch, rig.Send());
            delays.Add((rig.Now - failed).TotalSeconds);
        }

        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300], delays);
        rig.Shipment.Answered(batch.Number, SendFailure.None, null, rig.Now);
        Assert.Equal((1L, 1L, 18L, 0), (rig.Shipment.Counts.Shipped, rig.Shipment.Counts.Batches, rig.Shipment.Counts.Failures, rig.Shipment.Counts.Held));
    }

    [Fact]
    public void An_ack_that_arrives_after_its_time_counts_and_ends_the_delay()
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        rig.Add("c1", _story.Error());
        FrozenBatch batch = rig.Send()!;
        rig.Now += TimeSpan.FromSeconds(5);
        Assert.Equal(rig.Now + TimeSpan.FromSeconds(1), rig.Next().Until);
        rig.Shipment.Answered(batch.Number, SendFailure.None, null, rig.Now);
        Assert.Equal((1L, 0L), (rig.Shipment.Counts.Shipped, rig.Shipment.Counts.HeldBytes));
        rig.Add("c1", _story.Error());
        TimeSpan added = rig.Now;
        Assert.NotNull(rig.Send());
        Assert.Equal(s_linger, rig.Now - added);
    }

    [Fact]
    public void A_refused_subject_stops_it_until_the_next_session_and_a_lost_session_repeats_the_batch()
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        rig.Add("c1", _story.Error());
        FrozenBatch batch = rig.Send()!;
        rig.Shipment.Refused(rig.Now);
        rig.Shipment.Refused(rig.Now);
        rig.Now += TimeSpan.FromHours(5);
        Assert.Equal(default, rig.Next());
        Assert.Equal(1, rig.Shipment.Counts.Failures);

        rig.Shipment.Lost();
        rig.Shipment.Ready(2, rig.Now);
        Assert.Same(batch, rig.Next().Batch);
        rig.Shipment.Lost();
        Assert.Equal(default, rig.Next());
        rig.Shipment.Ready(3, rig.Now);
        Assert.Same(batch, rig.Next().Batch);
    }

    [Fact]
    public void A_warning_is_due_once_an_hour()
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        rig.Add("c1", _story.Error());
        var warnings = new List<TimeSpan>();
        TimeSpan started = rig.Now;
        while (rig.Now - started < TimeSpan.FromHours(3.5))
        {
            FrozenBatch batch = rig.Send()!;
            rig.Shipment.Answered(batch.Number, SendFailure.Error, "maximum bytes exceeded (10077)", rig.Now);
            if (rig.Shipment.TakeWarning() is { } warning)
            {
                Assert.Equal((SendFailure.Error, "maximum bytes exceeded (10077)"), (warning.Failure, warning.Text));
                warnings.Add(rig.Now);
            }
        }

        Assert.Equal(4, warnings.Count);
        Assert.All(warnings.Zip(warnings.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromHours(1)));
    }

    [Fact]
    public void The_end_sends_what_is_left_and_stops_at_the_first_failure()
    {
        var rig = new ShipmentRig(chance: 0.9);
        rig.Shipment.Ready(1, rig.Now);
        rig.Add("c1", _story.Error());
        rig.Add("c2", new EventStory("c2").Error());
        rig.Shipment.Close();
        FrozenBatch first = rig.Next().Batch!;
        Assert.False(rig.Shipment.IsDone);
        rig.Shipment.Answered(first.Number, SendFailure.None, null, rig.Now);
        FrozenBatch second = rig.Send()!;
        Assert.NotEqual(first.Subject, second.Subject);
        rig.Shipment.Answered(second.Number, SendFailure.NoStream, null, rig.Now);
        Assert.True(rig.Shipment.IsDone);
        Assert.Equal(default, rig.Next());
    }

    [Fact]
    public void The_end_does_not_repeat_without_pause_what_cannot_be_written_now()
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        rig.Add("c1", _story.Error());
        rig.Shipment.Close();
        rig.Shipment.NotWritten(rig.Next().Batch!, WriteResult.NotNow, rig.Now);
        Assert.Equal(new SendStep(null, rig.Now + SendRules.Recheck), rig.Next());
    }

    [Fact]
    public void The_end_waits_for_nothing_when_there_is_no_session_or_nothing_to_send()
    {
        var rig = new ShipmentRig();
        rig.Add("c1", _story.Error());
        rig.Shipment.Close();
        Assert.True(rig.Shipment.IsDone);

        rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        rig.Shipment.Close();
        Assert.True(rig.Shipment.IsDone);
    }

    [Fact]
    public void A_message_that_the_server_does_not_take_any_more_is_given_up_and_counted()
    {
        var rig = new ShipmentRig();
        rig.Shipment.Ready(1, rig.Now);
        rig.Add("c1", _story.Error());
        rig.Shipment.NotWritten(rig.Send()!, WriteResult.TooLarge, rig.Now);
        Assert.Equal((1L, 0L, 0), (rig.Shipment.Counts.Dropped, rig.Shipment.Counts.HeldBytes, rig.Shipment.Counts.Held));

        rig.Add("c1", _story.Error());
        FrozenBatch batch = rig.Send()!;
        TimeSpan sent = rig.Now;
        rig.Shipment.NotWritten(batch, WriteResult.NotNow, rig.Now);
        Assert.Same(batch, rig.Send());
        Assert.Equal(SendRules.Recheck, rig.Now - sent);
    }

    [Fact]
    public void A_session_can_be_used_when_its_subscriptions_are_confirmed()
    {
        NatsConnectionEvent reconnected = _story.Add(new NatsReconnectedEvent { Server = Server, PreviousServer = Server, Info = new NatsServerInfo(), Timings = new NatsConnectTimings() });
        Assert.Equal(0, SessionReadiness.After(1, reconnected));
        Assert.Equal(0, SessionReadiness.After(0, _story.Resubscribed(isConfirmed: false)));
        Assert.Equal(1, SessionReadiness.After(0, _story.Resubscribed()));
        Assert.Equal(0, SessionReadiness.After(1, _story.Disconnected()));
        Assert.Equal(1, SessionReadiness.After(0, _story.Add(new NatsConnectedEvent { Server = Server, Info = new NatsServerInfo(), Timings = new NatsConnectTimings() })));
        Assert.Equal(1, SessionReadiness.After(1, _story.Error()));
    }

    private static NatsServer Server => new() { Url = new Uri("nats://n1:4222") };

    private static void Acknowledge(ShipmentRig rig) => rig.Shipment.Answered(rig.Shipment.Outbox.Frozen!.Number, SendFailure.None, null, rig.Now);
}
