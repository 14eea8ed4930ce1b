using CsCheck;
using Earshot.Fleet.Analysis;
using Earshot.Fleet.Shipping;
using Xunit;

namespace Earshot.Fleet.Tests.Shipping.Core;

/// <summary>What holds for the outbox whatever arrives: its limit, what it drops first, counts, and numbers without a hole.</summary>
public sealed class OutboxProperties
{
    private const int Runs = 200;
    private const int SmallOutbox = 64 * 1024;

    private static readonly Gen<int[]> s_choices = Gen.Int[0, 100_000].Array[1, 400];

    [Fact]
    public void Its_memory_never_exceeds_the_limit_and_kept_events_are_dropped_last() => s_choices.Sample(
        choices =>
        {
            ShipmentRig rig = Rig(SmallOutbox);
            Outbox outbox = rig.Shipment.Outbox;
            var stories = Enumerable.Range(0, 3).Select(i => new EventStory($"c{i}")).ToList();
            foreach (int choice in choices)
            {
                for (int i = 0; i < 4; i++) // more than it can hold
                {
                    EventStory story = stories[(choice + i) % stories.Count];
                    long before = outbox.DroppedKept;
                    rig.Add(story.Connection, story.Any(choice + i));
                    Assert.InRange(outbox.Size, 0, SmallOutbox);
                    Assert.True(outbox.DroppedKept == before || Held(rig, stories).All(held => held.Worth == EventWorth.Kept));
                }
            }
        },
        iter: Runs);

    [Fact]
    public void Without_drops_the_receiver_has_each_number_once_and_sees_no_hole() => s_choices.Sample(
        choices =>
        {
            ShipmentRig rig = Rig();
            rig.Shipment.Ready(1, rig.Now);
            var stories = Enumerable.Range(0, 3).Select(i => new EventStory($"c{i}")).ToList();
            long missed = 0;
            foreach (int choice in choices)
            {
                EventStory story = stories[choice % stories.Count];
                story.Skip(choice / 3 % 3);
                NatsConnectionEvent e = story.Any(choice);
                missed += story.Last == e.Sequence && e is NatsEventsMissedEvent lost ? lost.ToSequence - lost.FromSequence + 1 : 0;
                rig.Add(story.Connection, e);
                if (choice % 50 == 0)
                {
                    rig.SendAll();
                }
            }

            rig.SendAll();
            Assert.Equal((0L, 0), (rig.Shipment.Counts.Dropped, rig.Shipment.Counts.Held));
            Assert.Equal(0, rig.Shipment.Counts.HeldBytes);
            Assert.Equal(missed, stories.Sum(story => Coverage.Missing(rig.Receiver.Of(story.Connection))));
            Assert.Equal(stories.Sum(story => story.Last - story.NotRead.Count) - missed, Receiver.Events(rig.Receiver.Entries.Values));
            Assert.Equal(rig.Shipment.Counts.Shipped, Receiver.Events(rig.Receiver.Entries.Values));
        },
        iter: Runs);

    [Fact]
    public void Folds_count_every_attempt_with_its_times_and_durations() => Gen.Int[1, 2000].Array[1, 300].Sample(
        durations =>
        {
            ShipmentRig rig = Rig();
            var story = new EventStory("c1") { Outage = 1 };
            rig.Add("c1", story.Disconnected());
            DateTimeOffset first = story.Now;
            foreach (int duration in durations)
            {
                rig.Add("c1", story.Attempt(0, NatsConnectPhase.Tcp, 0.001 * duration, repeat: 1 + (duration % 3)));
                story.Now += TimeSpan.FromSeconds(1);
            }

            rig.Shipment.Ready(1, rig.Now);
            rig.SendAll();
            JournalEntry fold = Assert.Single(rig.Receiver.Of("c1"), entry => entry.Kind == NatsEventKind.ConnectAttemptFailed);
            Assert.Equal(durations.Sum(duration => 1L + (duration % 3)), fold.Count);
            if (durations.Length == 1)
            {
                Assert.Null(fold.FirstSequence);
                return;
            }

            Assert.Equal((2L, durations.Length + 1L, durations.Length), (fold.FirstSequence, fold.Sequence, fold.Events));
            Assert.Equal((first, story.Now - TimeSpan.FromSeconds(1)), (fold.FirstTime, fold.Time));
            Assert.Equal(0.001 * durations.Min(), fold.MinDuration!.Value, 1e-6);
            Assert.Equal(0.001 * durations.Max(), fold.MaxDuration!.Value, 1e-6);
            double median = 0.001 * durations.Order().ElementAt((durations.Length - 1) / 2);
            Assert.InRange(fold.MedianDuration!.Value, median * 0.85, median * 1.15);
        },
        iter: Runs);

    [Fact]
    public void Lost_acks_cause_repetitions_of_the_same_bytes_and_nothing_is_missing() => Gen.Select(s_choices, Gen.Int[0, 2].Array[600]).Sample(
        (choices, fates) =>
        {
            ShipmentRig rig = Rig();
            rig.Shipment.Ready(1, rig.Now);
            var story = new EventStory("c1");
            int fate = 0;
            int repeated = 0;
            foreach (int choice in choices)
            {
                rig.Add("c1", story.Any(choice - (choice % 12 == 6 ? 1 : 0)));
                if (choice % 20 != 0 || rig.Send() is not { } batch)
                {
                    continue;
                }

                for (; fates[fate % fates.Length] > 0; fate++)
                {
                    repeated += rig.Receiver.Store(batch) ? 0 : 1; // stored, and the ack is lost
                    batch = rig.Send()!;
                }

                fate++;
                repeated += rig.Receiver.Store(batch) ? 0 : 1;
                rig.Shipment.Answered(batch.Number, SendFailure.None, null, rig.Now);
            }

            rig.SendAll();
            Assert.Equal(0, rig.Receiver.Changed);
            Assert.Equal(story.Last, Receiver.Events(rig.Receiver.Of("c1")));
            Assert.Equal(0, Coverage.Missing(rig.Receiver.Of("c1")));
            Assert.Equal(rig.Receiver.Payloads.Count, rig.Receiver.Payloads.Select(Convert.ToBase64String).Distinct().Count() + repeated);
        },
        iter: Runs);

    [Fact]
    public void A_batch_has_at_most_its_number_of_entries_and_its_length() => s_choices.Sample(
        choices =>
        {
            ShipmentRig rig = Rig(batchBytes: 2048, batchEvents: 7);
            rig.Shipment.Ready(1, rig.Now);
            var story = new EventStory("c1");
            foreach (int choice in choices)
            {
                rig.Add("c1", story.Any(choice));
            }

            while (rig.Send() is { } batch)
            {
                Assert.InRange(batch.Payload.Length, 1, 2048);
                int before = rig.Receiver.Entries.Count;
                rig.Receiver.Store(batch);
                Assert.InRange(rig.Receiver.Entries.Count - before, 1, 7);
                JournalEntry[] entries = [.. rig.Receiver.Entries.Values.Skip(before)];
                Assert.Equal($"c1:{entries.Min(First)}-{entries.Max(entry => entry.Sequence)}", batch.MsgId);
                rig.Shipment.Answered(batch.Number, SendFailure.None, null, rig.Now);
            }
        },
        iter: Runs);

    [Fact]
    public void Dropped_events_are_counted_for_the_receiver_where_they_are_missing() => s_choices.Sample(
        choices =>
        {
            ShipmentRig rig = Rig(SmallOutbox);
            var story = new EventStory("c1");
            rig.Add("c1", story.Disconnected());
            for (int i = 0; i < 400; i++)
            {
                rig.Add("c1", story.Any(3 + (12 * choices[i % choices.Length]))); // flow
            }

            rig.Add("c1", story.Disconnected());
            rig.Shipment.Ready(1, rig.Now);
            rig.SendAll();
            IReadOnlyList<JournalEntry> entries = rig.Receiver.Of("c1");
            Assert.InRange(rig.Shipment.Counts.Dropped, 1, 400);
            Assert.Equal(rig.Shipment.Counts.Dropped, Coverage.Missing(entries));
            Assert.Equal(rig.Shipment.Counts.Dropped, entries.Sum(entry => entry.Dropped ?? 0));
            Assert.Equal(2, entries.Count(entry => entry.Kind == NatsEventKind.Disconnected));
        },
        iter: 20);

    private static long First(JournalEntry entry) => entry.FirstSequence ?? (entry.Kind == NatsEventKind.EventsMissed ? entry.Sequence - entry.Count!.Value + 1 : entry.Sequence);

    private static ShipmentRig Rig(int outbox = 512 * 1024, int batchBytes = 32 * 1024, int batchEvents = 64) =>
        new(new NatsJournalShippingOptions { Service = "orders-api", Instance = "p1", OutboxSize = outbox, BatchBytes = batchBytes, BatchEvents = batchEvents });

    private static IEnumerable<HeldEvent> Held(ShipmentRig rig, IEnumerable<EventStory> stories) => stories.SelectMany(story => rig.Journal(story.Connection).Held);
}
