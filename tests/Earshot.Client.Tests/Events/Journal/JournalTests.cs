using Earshot.Events;
using Xunit;

namespace Earshot.Client.Tests.Events.Journals;

public sealed class JournalTests
{
    [Fact]
    public async Task G1_Eight_concurrent_producers_give_one_order_without_a_gap()
    {
        var rig = new JournalRig(capacity: 10_000);
        rig.Connecting();
        using var start = new Barrier(8);
        IEnumerable<Task> producers = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait(JournalRig.Token);
                rig.Lossless(500);
            },
            JournalRig.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        await Task.WhenAll(producers);

        IReadOnlyList<NatsConnectionEvent> events = rig.Events.ToList();
        Assert.Equal(Enumerable.Range(1, 4001).Select(i => (long)i), events.Select(e => e.Sequence));
        Assert.Equal(4001, rig.Journal.LastSequence);
        Assert.True(events.Zip(events.Skip(1)).All(p => p.First.Elapsed <= p.Second.Elapsed));
    }

    [Fact]
    public void G1_State_and_number_are_committed_together_and_the_snapshot_with_them()
    {
        var rig = new JournalRig();
        rig.Open();
        NatsConnectionEvent connected = rig.Events.ToList()[2];
        Assert.Equal((NatsConnectionState.Connecting, NatsConnectionState.Open), (connected.PreviousState, connected.State));
        Assert.Equal((3L, 1, 3), (connected.Sequence, connected.SessionId, connected.Snapshot.PoolSize));
        Assert.Equal((NatsConnectionState.Open, 3L), rig.Journal.Here());
    }

    [Fact]
    public void An_event_of_another_attempt_carries_its_ids_and_moves_nothing()
    {
        var rig = new JournalRig();
        rig.Open();
        rig.Journal.Append(new NatsConfigurationWarningEvent { Code = "x", Text = "x" }, attemptId: 7, sessionId: 0, outageId: 5);
        rig.Lossless(1);
        IReadOnlyList<NatsConnectionEvent> events = rig.Events.ToList();
        Assert.Equal((7, 0, 5), (events[3].AttemptId, events[3].SessionId, events[3].OutageId));
        Assert.Equal((1, 1, 0), (events[4].AttemptId, events[4].SessionId, events[4].OutageId));
    }

    [Fact]
    public void G4_Rings_start_small_grow_on_demand_and_stop_at_the_limit()
    {
        var rig = new JournalRig(capacity: 100);
        using JournalCursor all = rig.Cursor();
        Assert.Equal((0, 0), (rig.Journal.Store.LosslessAllocated, rig.Journal.Store.CoalescableAllocated));
        rig.Lossless(5);
        Assert.Equal((8, 0), (rig.Journal.Store.LosslessAllocated, rig.Journal.Store.CoalescableAllocated));
        rig.Lossless(1000);
        rig.Coalescable(1);
        Assert.Equal((100, 1), (rig.Journal.Store.LosslessAllocated, rig.Journal.Store.CoalescableAllocated));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(33)]
    [InlineData(64)]
    [InlineData(200)]
    public void A_ring_returns_in_order_what_it_still_contains(int count)
    {
        var ring = new EventRing();
        for (int i = 1; i <= count; i++)
        {
            ring.Add(new NatsPingSentEvent { Sequence = i * 2 }, limit: 64);
        }

        int oldest = Math.Max(1, count - 63);
        Assert.Equal(oldest * 2, ring.FirstAfter(0)!.Sequence);
        Assert.Equal(count * 2, ring.FirstAfter((count * 2) - 1)!.Sequence);
        Assert.Null(ring.FirstAfter(count * 2));
    }

    [Fact]
    public void G2_A_gap_becomes_one_EventsMissed_in_its_place()
    {
        var rig = new JournalRig(capacity: 16);
        using JournalCursor cursor = rig.Cursor();
        rig.Connecting();
        rig.Lossless(40);
        List<NatsConnectionEvent> events = JournalRig.ReadNow(cursor);

        Assert.IsType<NatsConnectingEvent>(events[0]);
        NatsEventsMissedEvent missed = Assert.IsType<NatsEventsMissedEvent>(events[1]);
        Assert.Equal((2L, 25L, 25L), (missed.FromSequence, missed.ToSequence, missed.Sequence));
        Assert.Equal([(NatsEventKind.ConfigurationWarning, 24)], missed.Counts.Select(count => (count.Key, count.Value)));
        Assert.Equal(42, missed.Snapshot.PoolSize);
        Assert.Equal(Enumerable.Range(26, 16).Select(i => (long)i), events.Skip(2).Select(e => e.Sequence));
    }

    [Fact]
    public void G3_Coalescable_events_never_displace_lossless_ones()
    {
        var rig = new JournalRig(capacity: 16);
        using JournalCursor cursor = rig.Cursor();
        rig.Connecting();
        rig.Coalescable(1000);
        rig.Lossless(1);
        List<NatsConnectionEvent> events = JournalRig.ReadNow(cursor);
        Assert.IsType<NatsConnectingEvent>(events[0]);
        NatsEventsMissedEvent missed = Assert.IsType<NatsEventsMissedEvent>(events[1]);
        Assert.Equal((2L, 985L), (missed.FromSequence, missed.ToSequence));
        Assert.IsType<NatsConfigurationWarningEvent>(events[^1]);
        Assert.Equal(16, events.OfType<NatsPingSentEvent>().Count());
    }

    [Fact]
    public void A_reader_cannot_miss_what_it_did_not_request()
    {
        var rig = new JournalRig(capacity: 16);
        using JournalCursor all = rig.Cursor();
        using JournalCursor lifecycle = rig.Cursor(filter: NatsEventFilter.Lifecycle);
        rig.Connecting();
        rig.Coalescable(100);
        Assert.IsType<NatsConnectingEvent>(Assert.Single(JournalRig.ReadNow(lifecycle)));
    }

    [Fact]
    public void G5_A_late_reader_starts_where_it_wants()
    {
        var rig = new JournalRig();
        rig.Connecting();
        rig.Lossless(9);
        using JournalCursor start = rig.Cursor(NatsEventPosition.Start);
        using JournalCursor now = rig.Cursor(NatsEventPosition.Now);
        using JournalCursor from = rig.Cursor(NatsEventPosition.FromSequence(8));
        using JournalCursor last = rig.Cursor(NatsEventPosition.Last(2));
        rig.Lossless(1);
        Assert.Equal(11, JournalRig.ReadNow(start).Count);
        Assert.Equal([11L], JournalRig.ReadNow(now).Select(e => e.Sequence));
        Assert.Equal([8L, 9L, 10L, 11L], JournalRig.ReadNow(from).Select(e => e.Sequence));
        Assert.Equal([9L, 10L, 11L], JournalRig.ReadNow(last).Select(e => e.Sequence));
    }

    [Fact]
    public void G14_An_unrequested_coalescable_kind_allocates_nothing()
    {
        var rig = new JournalRig();
        rig.Connecting();
        long before = 0;
        for (int i = 0; i < 2000; i++)
        {
            if (i == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            if (rig.Journal.Wants(NatsEventKind.PingSent))
            {
                rig.Journal.Append(new NatsPingSentEvent());
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1, rig.Journal.LastSequence);
    }

    [Fact]
    public void G14_A_kind_is_recorded_while_a_reader_requests_it()
    {
        var rig = new JournalRig();
        Assert.False(rig.Journal.Wants(NatsEventKind.PingSent));
        Assert.True(rig.Journal.Wants(NatsEventKind.ConnectAttempt));
        JournalCursor cursor = rig.Cursor();
        Assert.True(rig.Journal.Wants(NatsEventKind.PingSent));
        Assert.False(rig.Journal.Wants(NatsEventKind.ProtocolTrace));
        cursor.Dispose();
        Assert.False(rig.Journal.Wants(NatsEventKind.PingSent));
    }

    [Fact]
    public void Appending_allocates_nothing_but_the_snapshot_once_the_rings_are_full()
    {
        var journal = new Journal(JournalRig.Options(capacity: 16), new Microsoft.Extensions.Time.Testing.FakeTimeProvider(), new NoSnapshots());
        NatsConfigurationWarningEvent[] events = Enumerable.Range(0, 6000).Select(_ => new NatsConfigurationWarningEvent { Code = "c", Text = "t" }).ToArray();
        for (int i = 0; i < 1000; i++)
        {
            journal.Append(events[i]);
        }
        // The scan for secrets, which sees every event in a debug build, grows its queue now and then; not in each of five rounds.
        long least = long.MaxValue;
        for (int round = 1; round <= 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                journal.Append(events[(round * 1000) + i]);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void G10_After_Closed_nothing_is_appended_until_the_next_connection_run()
    {
        var rig = new JournalRig();
        rig.Run();
        long last = rig.Journal.LastSequence;
        rig.Lossless(3);
        rig.Closed();
        Assert.Equal(last, rig.Journal.LastSequence);
        Assert.False(rig.Journal.Wants(NatsEventKind.ServerError));
        rig.Journal.BeginRun();
        rig.Connecting();
        Assert.Equal(last + 1, rig.Journal.LastSequence);
        Assert.Empty(rig.Journal.Violations);
    }

    [Fact]
    public void StatusChanged_is_created_only_on_request_and_has_the_number_of_its_cause()
    {
        var rig = new JournalRig();
        using JournalCursor asking = rig.Cursor(filter: NatsEventFilter.Of(NatsEventKind.StatusChanged));
        using JournalCursor both = rig.Cursor(filter: NatsEventFilter.Lifecycle | NatsEventFilter.Of(NatsEventKind.StatusChanged));
        rig.Open();
        var changes = JournalRig.ReadNow(asking).Cast<NatsStatusChangedEvent>().ToList();
        Assert.Equal([(1L, NatsConnectionState.Connecting), (3L, NatsConnectionState.Open)], changes.Select(c => (c.Sequence, c.NewStatus)));
        Assert.Equal(["Connecting", "StatusChanged", "Connected", "StatusChanged"], JournalRig.ReadNow(both).Select(e => e.Kind.ToString()));
        Assert.DoesNotContain(rig.Events.ToList(), e => e is NatsStatusChangedEvent);
    }

    [Fact]
    public void A_long_outage_does_not_push_out_its_cause()
    {
        var rig = new JournalRig(capacity: 16);
        rig.Open();
        rig.Disconnected(NatsDisconnectReason.ServerStale);
        rig.Reconnecting();
        for (int i = 0; i < 5000; i++)
        {
            rig.Attempt();
            rig.AttemptFailed();
        }

        IReadOnlyList<NatsConnectionEvent> kept = rig.Events.ToList();
        Assert.Equal(["Connecting", "Connected", "Disconnected", "Reconnecting"], kept.Where(e => e.Category == NatsEventCategory.Lifecycle).Select(e => e.Kind.ToString()));
        Assert.Equal(NatsDisconnectReason.ServerStale, kept.OfType<NatsDisconnectedEvent>().Single().Reason);
        Assert.Equal(4, rig.Journal.Store.LifecycleAllocated);
    }

    [Fact]
    public void The_ring_of_the_lifecycle_holds_128_and_what_was_evicted_is_reported()
    {
        var rig = new JournalRig(capacity: 16);
        rig.Open();
        for (int i = 0; i < 100; i++)
        {
            rig.Disconnected();
            rig.Reconnecting();
            rig.Reconnected();
        }

        IReadOnlyList<NatsConnectionEvent> kept = rig.Events.ToList();
        Assert.Equal(128, kept.Count(e => e.Category == NatsEventCategory.Lifecycle));
        Assert.IsType<NatsEventsMissedEvent>(kept[0]);
        Assert.Equal(128, rig.Journal.Store.LifecycleAllocated);
    }

    private sealed class NoSnapshots : ISnapshotSource
    {
        public NatsConnectionSnapshot Capture() => NatsConnectionSnapshot.Empty;
    }
}
