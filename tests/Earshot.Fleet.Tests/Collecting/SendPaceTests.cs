using Earshot.Fleet.Collecting;
using Xunit;

namespace Earshot.Fleet.Tests.Collecting;

/// <summary>When a collector sends again what a stream without a leader does not store.</summary>
public sealed class SendPaceTests
{
    private readonly SendPace _pace = new();

    [Theory]
    [InlineData(0)]
    [InlineData(750)]
    public void Stream_that_gets_a_leader_within_ten_seconds_is_noticed_within_two_more(int attempt)
    {
        for (int leader = 0; leader <= 10_000; leader += 50)
        {
            var pace = new SendPace();
            int now = 0;
            while (now < leader)
            {
                now += attempt;
                pace.Sent(stored: 0, failed: pace.Size, TimeSpan.FromMilliseconds(now));
                now += (int)pace.Delay.TotalMilliseconds;
            }

            Assert.InRange(now - leader, 0, 2000);
        }
    }

    [Fact]
    public void While_nothing_is_stored_few_records_are_sent_with_a_short_limit()
    {
        Assert.Equal((SendPace.Most, 2.0), (_pace.Size, _pace.AckLimit.TotalSeconds));
        _pace.Sent(stored: 0, failed: 256, TimeSpan.Zero);
        Assert.Equal((SendPace.Few, 0.75), (_pace.Size, _pace.AckLimit.TotalSeconds));
        _pace.Sent(stored: 16, failed: 0, TimeSpan.FromSeconds(3));
        Assert.Equal((SendPace.Most, TimeSpan.Zero), (_pace.Size, _pace.Delay));
    }

    [Fact]
    public void A_record_that_is_never_stored_does_not_slow_the_others_down_and_is_not_sent_without_a_delay()
    {
        for (int second = 0; second < 100; second++)
        {
            _pace.Sent(stored: 255, failed: 1, TimeSpan.FromSeconds(second));
            Assert.Equal(SendPace.Most, _pace.Size);
            Assert.InRange(_pace.Delay.TotalSeconds, 0.25, 5);
        }

        Assert.Equal(5, _pace.Delay.TotalSeconds);
    }
}
