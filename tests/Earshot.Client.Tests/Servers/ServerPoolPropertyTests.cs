using CsCheck;
using Earshot.Servers;
using Xunit;

namespace Earshot.Client.Tests.Servers;

public sealed class ServerPoolPropertyTests
{
    private static readonly Gen<int[]> s_hosts = Gen.Int[0, 7].Array[0, 8];

    [Fact]
    public void Any_history_of_lists_leaves_the_user_s_servers_the_current_one_and_what_the_last_list_named()
    {
        Gen.Select(s_hosts, Gen.Int[0, 3], Gen.Bool).Array[1, 20].Sample(history =>
        {
            var pool = ServerPool.Create(ServerAddress.ParseList("h0,h1"), true, new Random(1));
            foreach ((int[] hosts, int currentIndex, bool lameDuck) in history)
            {
                HashSet<string> before = Names(pool);
                PoolServer current = pool.Servers[currentIndex % pool.Servers.Length];
                string[] list = [.. hosts.Select(h => $"h{h}:4222")];

                pool = pool.WithInfo(list, lameDuck, current.Id, PoolOptions.Default, new Random(2), out PoolChange change);

                HashSet<string> after = Names(pool);
                HashSet<string> expected = list.Length == 0
                    ? before
                    : ["h0", "h1", current.Address.Host, .. hosts.Select(h => $"h{h}")];
                Assert.Equal(expected.Order(), after.Order());
                Assert.Equal(after.Except(before).Order(), change.Added.Concat(change.Returned).Select(u => u.Host).Order());
                Assert.Equal(before.Except(after).Order(), change.Removed.Select(u => u.Host).Order());
                Assert.Equal(lameDuck, pool.Find(current.Id)!.IsLameDuck);
                Assert.Equal(pool.Servers.Select(s => s.Id).Order(), pool.Order(current.Id, new Random(3)).Order());
            }
        });
    }

    [Fact]
    public void Ceiling_never_falls_and_never_exceeds_the_maximum_in_a_million_rounds()
    {
        Gen.Select(Gen.Long[1, TimeSpan.TicksPerDay], Gen.Long[1, long.MaxValue], Gen.Int[1, 1_000_000]).Sample((min, max, round) =>
        {
            var minimum = TimeSpan.FromTicks(min);
            var maximum = TimeSpan.FromTicks(max);
            TimeSpan ceiling = ReconnectDelay.Ceiling(round, minimum, maximum);
            TimeSpan next = ReconnectDelay.Ceiling(round + 1, minimum, maximum);
            Assert.InRange(ceiling, TimeSpan.FromTicks(Math.Min(min, max)), maximum);
            Assert.True(next >= ceiling);
            Assert.True(next == maximum || next == ceiling * 2);
            Assert.Equal(maximum, ReconnectDelay.Ceiling(1_000_000 + round, minimum, maximum));
        });
    }

    [Fact]
    public void Jitter_is_above_zero_and_up_to_the_ceiling_and_falls_as_chance_grows()
    {
        Gen.Select(Gen.Long[1, long.MaxValue], Gen.Double[0, 1], Gen.Double[0, 1]).Sample((ticks, one, other) =>
        {
            var ceiling = TimeSpan.FromTicks(ticks);
            TimeSpan larger = ReconnectDelay.WithJitter(ceiling, Math.Min(one, other));
            TimeSpan smaller = ReconnectDelay.WithJitter(ceiling, Math.Max(one, other));
            Assert.InRange(smaller, TimeSpan.FromTicks(1), larger);
            Assert.True(larger <= ceiling);
        });
    }

    [Fact]
    public void Jitter_spreads_evenly_over_the_whole_span()
    {
        var random = new Random(5);
        var ceiling = TimeSpan.FromSeconds(1);
        int[] buckets = new int[10];
        for (int i = 0; i < 100_000; i++)
        {
            double seconds = ReconnectDelay.WithJitter(ceiling, random.NextDouble()).TotalSeconds;
            buckets[Math.Min(9, (int)(seconds * 10))]++;
        }

        Assert.All(buckets, count => Assert.InRange(count, 9_500, 10_500));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 0)]
    [InlineData(1, 250)]
    [InlineData(2, 500)]
    [InlineData(3, 1000)]
    [InlineData(4, 2000)]
    [InlineData(5, 4000)]
    [InlineData(6, 5000)]
    [InlineData(1_000_000, 5000)]
    [InlineData(int.MaxValue, 5000)]
    public void Default_back_off_doubles_from_a_quarter_second_to_five(int round, int milliseconds) =>
        Assert.Equal(
            TimeSpan.FromMilliseconds(milliseconds),
            ReconnectDelay.Ceiling(round, NatsOpts.Default.ReconnectWaitMin, NatsOpts.Default.ReconnectWaitMax));

    [Theory]
    [InlineData(0.0, 1000)]
    [InlineData(0.5, 500)]
    [InlineData(double.NaN, 1000)]
    [InlineData(-3.0, 1000)]
    public void Jitter_of_a_chance(double chance, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), ReconnectDelay.WithJitter(TimeSpan.FromSeconds(1), chance));

    [Fact]
    public void No_ceiling_is_no_delay()
    {
        Assert.Equal(TimeSpan.Zero, ReconnectDelay.WithJitter(TimeSpan.Zero, 0.3));
        Assert.Equal(TimeSpan.Zero, ReconnectDelay.Ceiling(5, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(1), ReconnectDelay.Ceiling(1, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(1)));
    }

    private static HashSet<string> Names(ServerPool pool) => [.. pool.Servers.Select(s => s.Address.Host)];
}
