using Earshot.Timing;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Timing;

public sealed class TimerQueueTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _fired = [];

    private TimerQueue Queue => TimerQueue.For(_time);

    [Fact]
    public void One_clock_has_one_queue()
    {
        Assert.Same(TimerQueue.For(_time), TimerQueue.For(_time));
        Assert.NotSame(TimerQueue.For(_time), TimerQueue.For(new FakeTimeProvider()));
    }

    [Fact]
    public void Entry_fires_exactly_when_it_is_due_and_only_once()
    {
        Queue.Schedule(Entry("a"), TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.Empty(_fired);

        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["a"], _fired);

        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["a"], _fired);
        Assert.Equal(0, Queue.Count);
    }

    [Fact]
    public void An_entry_that_is_scheduled_for_a_moment_fires_then_or_with_the_next_tick_when_it_has_passed()
    {
        long now = _time.GetTimestamp();
        Queue.ScheduleAt(Entry("then"), now + 10);
        Queue.ScheduleAt(Entry("past"), now - 10);
        Assert.Empty(_fired);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["past"], _fired);
        _time.Advance(TimeSpan.FromTicks(9));

        Assert.Equal(["past", "then"], _fired);
    }

    [Fact]
    public void Entries_fire_in_order_of_due_time_and_equal_ones_in_order_of_scheduling()
    {
        Queue.Schedule(Entry("late"), TimeSpan.FromSeconds(3));
        Queue.Schedule(Entry("first"), TimeSpan.FromSeconds(1));
        Queue.Schedule(Entry("second"), TimeSpan.FromSeconds(1));

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(["first", "second", "late"], _fired);
    }

    [Fact]
    public void Rescheduled_entry_fires_at_its_new_time_only()
    {
        Recorder later = Entry("later");
        Recorder sooner = Entry("sooner");
        Queue.Schedule(later, TimeSpan.FromSeconds(1));
        Queue.Schedule(sooner, TimeSpan.FromSeconds(9));
        Queue.Schedule(later, TimeSpan.FromSeconds(5));
        Queue.Schedule(sooner, TimeSpan.FromSeconds(2));
        Assert.Equal(2, Queue.Count);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_fired);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["sooner"], _fired);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["sooner", "later"], _fired);
    }

    [Fact]
    public void Cancelled_entry_does_not_fire_and_reports_whether_it_was_scheduled()
    {
        Recorder entry = Entry("a");
        Assert.False(Queue.Cancel(entry));
        Queue.Schedule(entry, TimeSpan.FromSeconds(1));
        Assert.True(Queue.Cancel(entry));
        Assert.False(Queue.Cancel(entry));

        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Empty(_fired);

        Queue.Schedule(entry, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a"], _fired);
        Assert.False(Queue.Cancel(entry));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    public void Due_now_fires_with_the_next_tick_and_never_inside_schedule(long ticks)
    {
        Queue.Schedule(Entry("a"), TimeSpan.FromTicks(ticks));
        Assert.Empty(_fired);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["a"], _fired);
    }

    [Fact]
    public void Endless_delay_does_not_overflow()
    {
        Queue.Schedule(Entry("never"), TimeSpan.MaxValue);
        Queue.Schedule(Entry("soon"), TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromDays(365));
        Assert.Equal(["soon"], _fired);
        Assert.Equal(1, Queue.Count);
    }

    [Fact]
    public void Delay_longer_than_a_timer_can_count_is_waited_for_in_pieces()
    {
        Queue.Schedule(Entry("a"), TimeSpan.FromDays(100));
        _time.Advance(TimeSpan.FromDays(50));
        _time.Advance(TimeSpan.FromDays(49));
        Assert.Empty(_fired);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(["a"], _fired);
    }

    [Fact]
    public void Entry_scheduled_while_firing_fires_at_its_time()
    {
        Recorder tick = null!;
        tick = new Recorder(() =>
        {
            _fired.Add("tick");
            Queue.Schedule(tick, TimeSpan.FromSeconds(1));
        });
        Queue.Schedule(tick, TimeSpan.FromSeconds(1));

        for (int i = 1; i <= 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(i, _fired.Count);
        }
    }

    [Fact]
    public void Entry_may_cancel_another_that_is_due_at_the_same_time()
    {
        Recorder victim = Entry("victim");
        Queue.Schedule(new Recorder(() => Assert.True(Queue.Cancel(victim))), TimeSpan.FromSeconds(1));
        Queue.Schedule(victim, TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_fired);
        Assert.Equal(0, Queue.Faults);
    }

    [Fact]
    public void Throwing_entry_is_counted_and_the_others_still_fire()
    {
        Queue.Schedule(new Recorder(() => throw new InvalidOperationException("broken")), TimeSpan.FromSeconds(1));
        Queue.Schedule(Entry("a"), TimeSpan.FromSeconds(1));
        Queue.Schedule(Entry("b"), TimeSpan.FromSeconds(2));
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["a", "b"], _fired);
        Assert.Equal(1, Queue.Faults);
        Assert.Equal("broken", Queue.LastFault?.Message);
    }

    [Fact]
    public void Fire_runs_outside_the_lock_so_another_thread_can_schedule_meanwhile()
    {
        bool scheduled = false;
        Queue.Schedule(
            new Recorder(() =>
            {
                var thread = new Thread(() => Queue.Schedule(Entry("other"), TimeSpan.FromSeconds(1)));
                thread.Start();
                scheduled = thread.Join(TimeSpan.FromSeconds(30));
            }),
            TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(scheduled);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["other"], _fired);
    }

    [Fact]
    public void Ten_thousand_entries_scheduled_moved_and_cancelled_fire_as_in_the_model()
    {
        var random = new Random(7);
        Recorder[] entries = [.. Enumerable.Range(0, 10_000).Select(i => Entry(i.ToString("D5", null)))];
        var model = new Dictionary<Recorder, (long Due, int Order)>();
        int order = 0;
        for (int step = 0; step < 40_000; step++)
        {
            Recorder entry = entries[random.Next(entries.Length)];
            if (random.Next(4) == 0)
            {
                Assert.Equal(model.Remove(entry), Queue.Cancel(entry));
            }
            else
            {
                long due = random.Next(1, 5_000);
                Queue.Schedule(entry, TimeSpan.FromMilliseconds(due));
                model[entry] = (due, order++);
            }
        }

        Assert.Equal(model.Count, Queue.Count);
        string[] expected = [.. model.OrderBy(p => p.Value.Due).ThenBy(p => p.Value.Order).Select(p => p.Key.Name)];
        for (int i = 0; i < 50; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal(model.Values.Count(v => v.Due <= (i + 1) * 100), _fired.Count);
        }

        Assert.Equal(expected, _fired);
    }

    [Fact]
    public void Scheduling_allocates_nothing()
    {
        var queue = TimerQueue.For(TimeProvider.System);
        Recorder[] entries = [.. Enumerable.Range(0, 100).Select(_ => new Recorder(() => { }))];
        ScheduleAndCancel(queue, entries);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ScheduleAndCancel(queue, entries);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Real_clock_fires_from_many_threads_without_losing_one()
    {
        using var done = new CountdownEvent(4_000);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queue = TimerQueue.For(TimeProvider.System);
        Task[] threads = [.. Enumerable.Range(0, 4).Select(seed => Task.Factory.StartNew(
            () =>
            {
                var random = new Random(seed);
                for (int i = 0; i < 1_000; i++)
                {
                    var entry = new Recorder(() =>
                    {
                        if (done.Signal())
                        {
                            all.SetResult();
                        }
                    });
                    queue.Schedule(entry, TimeSpan.FromMilliseconds(random.Next(0, 30)));
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))];
        await Task.WhenAll(threads);
        await all.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Real_clock_never_fires_early_nor_a_cancelled_entry()
    {
        var queue = TimerQueue.For(TimeProvider.System);
        long started = TimeProvider.System.GetTimestamp();
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int early = 0;
        int cancelledFired = 0;
        Recorder[] cancelled = [.. Enumerable.Range(0, 100).Select(_ => new Recorder(() => Interlocked.Increment(ref cancelledFired)))];
        for (int i = 0; i < 100; i++)
        {
            var due = TimeSpan.FromTicks((i * 3_337) + 1);
            queue.Schedule(cancelled[i], due + TimeSpan.FromHours(1));
            TimeSpan earliest = TimeProvider.System.GetElapsedTime(started) + due;
            queue.Schedule(new Recorder(() => early += TimeProvider.System.GetElapsedTime(started) < earliest ? 1 : 0), due);
        }

        Assert.All(cancelled, entry => Assert.True(queue.Cancel(entry)));
        queue.Schedule(new Recorder(last.SetResult), TimeSpan.FromMilliseconds(60));
        await last.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), (early, cancelledFired));
    }

    private static void ScheduleAndCancel(TimerQueue queue, Recorder[] entries)
    {
        foreach (Recorder entry in entries)
        {
            queue.Schedule(entry, TimeSpan.FromHours(1));
        }

        foreach (Recorder entry in entries)
        {
            queue.Cancel(entry);
        }
    }

    private Recorder Entry(string name) => new(() => _fired.Add(name)) { Name = name };

    private sealed class Recorder(Action action) : TimerEntry
    {
        public string Name { get; init; } = "";

        protected override void Fire() => action();
    }
}
