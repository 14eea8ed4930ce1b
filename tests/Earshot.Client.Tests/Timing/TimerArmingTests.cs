using Earshot.Timing;
using Xunit;

namespace Earshot.Client.Tests.Timing;

/// <summary>How the queue uses the one timer it has: seen from a clock that shows every arming and can be interrupted in it.</summary>
public sealed class TimerArmingTests
{
    private readonly ArmingTimeProvider _time = new();

    private TimerQueue Queue => TimerQueue.For(_time);

    [Fact]
    public void Timer_is_armed_once_for_many_entries_and_again_only_for_an_earlier_one()
    {
        for (int i = 0; i < 1_000; i++)
        {
            Queue.Schedule(new Nothing(), TimeSpan.FromSeconds(10 + i));
        }

        Queue.Schedule(new Nothing(), TimeSpan.FromSeconds(3));
        Assert.Equal([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3)], _time.Armings);
        Assert.Equal(1, _time.Timers);
    }

    [Fact]
    public void Entry_pushed_back_again_and_again_does_not_touch_the_timer()
    {
        var keepAlive = new Nothing();
        for (int i = 0; i < 100; i++)
        {
            Queue.Schedule(keepAlive, TimeSpan.FromSeconds(10 + i));
        }

        Assert.Equal([TimeSpan.FromSeconds(10)], _time.Armings);
        _time.Now = TimeSpan.FromSeconds(10).Ticks;
        _time.Fire();
        Assert.Equal([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(99)], _time.Armings);
    }

    [Fact]
    public void Earlier_entry_that_is_added_while_the_timer_is_being_armed_is_armed_last()
    {
        _time.WhileArming = () => Queue.Schedule(new Nothing(), TimeSpan.FromSeconds(1));
        Queue.Schedule(new Nothing(), TimeSpan.FromSeconds(10));
        Assert.Equal(TimeSpan.FromSeconds(1), _time.Armings[^1]);
    }

    [Fact]
    public void Timer_that_fires_while_it_is_being_armed_is_armed_for_what_is_left()
    {
        _time.WhileArming = _time.Fire;
        Queue.Schedule(new Nothing(), TimeSpan.FromSeconds(10));
        Assert.Equal([TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10)], _time.Armings);
    }

    [Fact]
    public void Timer_that_fires_early_or_for_nothing_is_harmless()
    {
        var entry = new Nothing();
        Queue.Schedule(entry, TimeSpan.FromSeconds(10));
        _time.Now = TimeSpan.FromSeconds(4).Ticks;
        _time.Fire();
        Assert.Equal(TimeSpan.FromSeconds(6), _time.Armings[^1]);
        Queue.Cancel(entry);
        _time.Fire();
        Assert.Equal(2, _time.Armings.Count);
        Assert.Equal(0, entry.Fired);
    }

    [Fact]
    public void Clock_that_counts_nanoseconds_is_exact()
    {
        _time.Frequency = 1_000_000_000;
        var entry = new Nothing();
        Queue.Schedule(entry, TimeSpan.FromTicks(123_456_789));
        _time.Now = 12_345_678_899;
        _time.Fire();
        Assert.Equal(0, entry.Fired);
        _time.Now++;
        _time.Fire();
        Assert.Equal(1, entry.Fired);
    }

    private sealed class Nothing : TimerEntry
    {
        public int Fired { get; private set; }

        protected override void Fire() => Fired++;
    }

    private sealed class ArmingTimeProvider : TimeProvider
    {
        private TimerCallback? _callback;
        private object? _state;

        public List<TimeSpan> Armings { get; } = [];

        public int Timers { get; private set; }

        public long Now { get; set; }

        public long Frequency { get; set; } = TimeSpan.TicksPerSecond;

        /// <summary>Runs once, inside the next arming and before it takes effect.</summary>
        public Action? WhileArming { get; set; }

        public override long TimestampFrequency => Frequency;

        public override long GetTimestamp() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_callback, _state) = (callback, state);
            Timers++;
            return new ShownTimer(this);
        }

        public void Fire() => _callback!(_state);

        private sealed class ShownTimer(ArmingTimeProvider owner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                Action? interruption = owner.WhileArming;
                owner.WhileArming = null;
                interruption?.Invoke();
                owner.Armings.Add(dueTime);
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
