using Earshot.Servers;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Servers;

public sealed class ReconnectPaceTests
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Delays_of_few_connections_are_not_changed()
    {
        var random = new Random(1);
        for (int i = 0; i < 20; i++)
        {
            TimeSpan delay = ReconnectDelay.WithJitter(TimeSpan.FromMilliseconds(250), random.NextDouble());
            Assert.Equal(delay, ReconnectPace.For(_time).Reserve(delay, s_longest));
        }
    }

    [Theory]
    [InlineData(1)] // seconds from the loss until a server is there
    [InlineData(3)]
    [InlineData(30)]
    public void Ten_thousand_connections_return_at_most_2500_within_one_second(int outage)
    {
        TimeSpan[] returns = Returns(10_000, TimeSpan.FromSeconds(outage));
        int most = returns.Index().Max(at => returns.Skip(at.Index).TakeWhile(later => later < at.Item + TimeSpan.FromSeconds(1)).Count());
        Assert.InRange(most, 1000, 2300);
        Assert.InRange(returns[^1], TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Ten_processes_with_a_thousand_connections_each_are_not_faster_than_one_with_ten_thousand()
    {
        TimeSpan[] returns = Returns(1_000, TimeSpan.FromSeconds(3));
        Assert.InRange(returns.Max(from => returns.Count(at => at >= from && at < from + TimeSpan.FromSeconds(1))), 100, 250);
    }

    [Fact]
    public void The_attempts_are_spread_over_less_than_the_longest_delay()
    {
        var longest = TimeSpan.FromSeconds(1);
        TimeSpan[] delays = [.. Enumerable.Range(0, 5000).Select(_ => ReconnectPace.For(_time).Reserve(TimeSpan.FromMilliseconds(50), longest))];
        Assert.All(delays, delay => Assert.InRange(delay, TimeSpan.FromTicks(1), longest));
        Assert.True(delays.Max() > longest * 0.8);
    }

    [Fact]
    public void A_delay_is_rather_moved_to_an_earlier_moment_than_behind_the_longest_delay()
    {
        TimeSpan[] delays = [.. Enumerable.Range(0, 45).Select(_ => ReconnectPace.For(_time).Reserve(TimeSpan.FromMilliseconds(450), s_longest))];
        Assert.Equal(20, delays.Count(delay => delay == TimeSpan.FromMilliseconds(450)));
        Assert.Equal(20, delays.Count(delay => delay == TimeSpan.FromMilliseconds(350)));
        Assert.Equal(5, delays.Count(delay => delay == TimeSpan.FromMilliseconds(250)));
    }

    [Fact]
    public void An_attempt_that_has_started_does_not_count_any_more()
    {
        for (int i = 0; i < 20; i++)
        {
            ReconnectPace.For(_time).Reserve(TimeSpan.FromMilliseconds(50), s_longest);
        }

        Assert.Equal(TimeSpan.FromMilliseconds(150), ReconnectPace.For(_time).Reserve(TimeSpan.FromMilliseconds(50), s_longest));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(TimeSpan.FromMilliseconds(50), ReconnectPace.For(_time).Reserve(TimeSpan.FromMilliseconds(50), s_longest));
        _time.Advance(TimeSpan.FromDays(1000));
        Assert.Equal(TimeSpan.FromMilliseconds(50), ReconnectPace.For(_time).Reserve(TimeSpan.FromMilliseconds(50), s_longest));
    }

    [Fact]
    public void No_delay_and_a_long_one_are_not_changed()
    {
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(TimeSpan.Zero, ReconnectPace.For(_time).Reserve(TimeSpan.Zero, s_longest));
            Assert.Equal(ReconnectPace.Horizon, ReconnectPace.For(_time).Reserve(ReconnectPace.Horizon, TimeSpan.FromMinutes(1)));
        }
    }

    // When the connections try for the first time after the outage, in order. All lose their sessions at zero, and a first attempt fails.
    private TimeSpan[] Returns(int connections, TimeSpan outage)
    {
        var random = new Random(connections);
        var next = new PriorityQueue<int, TimeSpan>(); // the rounds of a connection, by the time of its attempt
        for (int i = 0; i < connections; i++)
        {
            next.Enqueue(0, TimeSpan.FromMilliseconds(300 * random.NextDouble()));
        }

        var returns = new List<TimeSpan>();
        TimeSpan now = TimeSpan.Zero;
        while (next.TryDequeue(out int round, out TimeSpan at))
        {
            if (at >= outage)
            {
                returns.Add(at - outage);
                continue;
            }

            _time.Advance(at - now);
            now = at;
            TimeSpan ceiling = ReconnectDelay.Ceiling(round + 1, TimeSpan.FromMilliseconds(250), s_longest);
            next.Enqueue(round + 1, at + ReconnectPace.For(_time).Reserve(ReconnectDelay.WithJitter(ceiling, random.NextDouble()), s_longest));
        }

        return [.. returns];
    }
}
