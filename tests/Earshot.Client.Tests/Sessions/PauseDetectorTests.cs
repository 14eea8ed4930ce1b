using Earshot.Sessions;
using Xunit;

namespace Earshot.Client.Tests.Sessions;

public sealed class PauseDetectorTests
{
    private static readonly TimeSpan s_threshold = TimeSpan.FromSeconds(5);

    private readonly Clocks _clocks = new();
    private TimeSpan _pauses = TimeSpan.FromMinutes(1);

    [Fact]
    public void A_timer_that_fires_a_little_late_is_no_pause() => Assert.Null(AfterTwoSeconds(monotonic: 6.9, wall: 6.9));

    [Fact]
    public void A_timer_that_fires_far_too_late_is_one() => Assert.Equal((TimeSpan.FromSeconds(6), NatsStallKind.TimerDrift), AfterTwoSeconds(monotonic: 8, wall: 8));

    [Theory]
    [InlineData(2.9, NatsStallKind.TimerDrift)]
    [InlineData(3, NatsStallKind.GcPause)]
    public void Gc_is_reported_when_it_accounts_for_half_of_the_pause(double paused, NatsStallKind kind) =>
        Assert.Equal((TimeSpan.FromSeconds(6), kind), AfterTwoSeconds(monotonic: 8, wall: 8, paused));

    [Fact]
    public void A_machine_that_slept_shows_in_the_wall_clock_alone() =>
        Assert.Equal((TimeSpan.FromHours(8), NatsStallKind.SystemSleep), AfterTwoSeconds(monotonic: 2, wall: 2 + (8 * 3600)));

    [Fact]
    public void A_machine_that_slept_and_then_was_slow_was_paused_for_both() =>
        Assert.Equal((TimeSpan.FromSeconds(106), NatsStallKind.SystemSleep), AfterTwoSeconds(monotonic: 8, wall: 108));

    [Fact]
    public void A_wall_clock_that_is_set_back_is_no_pause() => Assert.Null(AfterTwoSeconds(monotonic: 2, wall: -3600));

    private (TimeSpan Gap, NatsStallKind Kind)? AfterTwoSeconds(double monotonic, double wall, double paused = 0)
    {
        var pause = new PauseDetector();
        long now = _clocks.GetTimestamp();
        pause.Expect(now + (2 * _clocks.TimestampFrequency), now, _clocks, _pauses);
        _clocks.Pass(monotonic, wall);
        _pauses += TimeSpan.FromSeconds(paused);
        return pause.Find(_clocks.GetTimestamp(), s_threshold, _clocks, _pauses);
    }

    /// <summary>Two clocks that need not go together, as on a machine that sleeps.</summary>
    private sealed class Clocks : TimeProvider
    {
        private long _timestamp = 1_000_000;
        private DateTimeOffset _now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _timestamp;

        public override DateTimeOffset GetUtcNow() => _now;

        public void Pass(double monotonic, double wall)
        {
            _timestamp += TimeSpan.FromSeconds(monotonic).Ticks;
            _now += TimeSpan.FromSeconds(wall);
        }
    }
}
