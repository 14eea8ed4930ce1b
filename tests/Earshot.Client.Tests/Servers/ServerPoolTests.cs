using Earshot.Servers;
using Xunit;

namespace Earshot.Client.Tests.Servers;

public sealed class ServerPoolTests
{
    private static readonly TimeSpan s_now = TimeSpan.FromSeconds(7);

    private readonly Random _random = new(3);

    [Fact]
    public void Created_pool_keeps_the_order_unless_it_is_random()
    {
        IReadOnlyList<ServerAddress> seeds = ServerAddress.ParseList(string.Join(',', Enumerable.Range(0, 50).Select(i => $"h{i}")));
        Assert.Equal(seeds, ServerPool.Create(seeds, false, _random).Servers.Select(s => s.Address));

        var shuffled = ServerPool.Create(seeds, true, _random);
        Assert.NotEqual(seeds, shuffled.Servers.Select(s => s.Address));
        Assert.Equal(seeds.ToHashSet(), shuffled.Servers.Select(s => s.Address).ToHashSet());
    }

    [Fact]
    public void Pool_needs_a_server_and_does_not_mix_websocket_with_others()
    {
        Assert.Throws<ArgumentException>(() => ServerPool.Create([], true, _random));
        Assert.Throws<ArgumentException>(
            () => ServerPool.Create([ServerAddress.Parse("ws://a"), ServerAddress.Parse("b")], true, _random));
    }

    [Fact]
    public void First_list_adds_what_the_pool_does_not_have()
    {
        ServerPool pool = Info(Pool("a,b"), ["a:4222", "c:4222", "d:1", "c:4222"], out PoolChange change);
        Assert.Equal(["a:4222", "b:4222", "c:4222", "d:1"], Names(pool));
        Assert.Equal([false, false, true, true], pool.Servers.Select(s => s.IsDiscovered));
        Assert.Equal(["c:4222", "d:1"], Names(change.Added));
        Assert.True(change.Removed.IsEmpty && change.Returned.IsEmpty && change.Parked.IsEmpty && change.Rejected.IsEmpty);
        Assert.Equal(4, pool.Servers.Select(s => s.Id).Distinct().Count());
    }

    [Theory]
    [InlineData("nats")]
    [InlineData("tls")]
    [InlineData("wss")]
    public void Announced_address_has_the_scheme_of_the_server_that_announced_it(string scheme)
    {
        ServerPool pool = Info(Pool($"{scheme}://a:1"), ["b:2"], out _);

        Assert.Equal([scheme, scheme], pool.Servers.Select(server => server.Address.Scheme));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Absent_or_empty_list_removes_nothing(bool absent)
    {
        ServerPool pool = Info(Pool("a"), ["b:1", "c:1"], out _);
        ServerPool after = Info(pool, absent ? null : [], out PoolChange change);
        Assert.Same(pool, after);
        Assert.True(change.IsEmpty);
    }

    [Fact]
    public void Discovered_server_that_vanishes_is_removed_and_reported_when_it_returns()
    {
        ServerPool pool = Info(Pool("a,x"), ["b:1", "c:1"], out _);

        pool = Info(pool, ["c:1"], out PoolChange gone);
        Assert.Equal(["b:1"], Names(gone.Removed));
        Assert.Equal(["a:4222", "x:4222", "c:1"], Names(pool));

        pool = Info(pool, ["c:1", "b:1", "d:1"], out PoolChange back);
        Assert.Equal(["b:1"], Names(back.Returned));
        Assert.Equal(["d:1"], Names(back.Added));
        Assert.Empty(back.Removed);
        Assert.Equal(5, pool.Servers.Length);
    }

    [Fact]
    public void Current_server_is_kept_though_no_list_names_it_until_it_is_no_longer_current()
    {
        ServerPool pool = Info(Pool("a"), ["b:1", "c:1"], out _);
        int b = Id(pool, "b");

        pool = pool.WithInfo(["c:1"], false, b, PoolOptions.Default, _random, out PoolChange kept);
        Assert.True(kept.IsEmpty);
        Assert.NotNull(pool.Find(b));

        pool = pool.WithInfo(["c:1"], false, Id(pool, "c"), PoolOptions.Default, _random, out PoolChange gone);
        Assert.Equal(["b:1"], Names(gone.Removed));
        Assert.Null(pool.Find(b));
    }

    [Fact]
    public void Pure_change_of_order_is_no_change()
    {
        ServerPool pool = Info(Pool("a"), ["b:1", "c:1"], out _);
        pool = Info(pool, ["c:1", "b:1"], out PoolChange change);
        Assert.True(change.IsEmpty);
        Assert.Equal(["a:4222", "b:1", "c:1"], Names(pool));
    }

    [Fact]
    public void Ignoring_discovered_servers_still_detects_the_lame_duck()
    {
        ServerPool pool = Pool("a,b").WithInfo(
            ["c:1"], true, 0, PoolOptions.Default with { IgnoreDiscovered = true }, _random, out PoolChange change);
        Assert.True(change.IsEmpty);
        Assert.Equal(["a:4222", "b:4222"], Names(pool));
        Assert.True(pool.Servers[0].IsLameDuck);
    }

    [Theory]
    [InlineData("localhost:4222")]
    [InlineData("127.0.0.1:4222")]
    [InlineData("[::1]:4222")]
    [InlineData("[::ffff:127.0.0.1]:4222")]
    public void Local_aliases_on_the_same_port_are_one_server(string seed)
    {
        ServerPool pool = Info(Pool(seed), ["localhost:4222", "127.0.0.1:4222", "[::1]:4222"], out PoolChange none);
        Assert.True(none.IsEmpty);
        Assert.Single(pool.Servers);

        Info(pool, ["localhost:4223", "127.0.0.1:4223"], out PoolChange other);
        Assert.Equal(["localhost:4223"], Names(other.Added));
    }

    [Fact]
    public void Lame_duck_list_is_authoritative_and_the_server_is_moved_behind_the_others()
    {
        ServerPool pool = Info(Pool("a"), ["b:1", "c:1"], out _);
        pool = pool.WithInfo(["b:1"], true, 0, PoolOptions.Default, _random, out PoolChange change);

        Assert.Equal(["c:1"], Names(change.Removed));
        Assert.True(pool.Find(0)!.IsLameDuck);
        Assert.Equal([Id(pool, "b"), 0], pool.Order(null, _random));
    }

    [Fact]
    public void Lame_duck_recovers_when_another_server_lists_it_or_when_it_connects()
    {
        ServerPool lame = Info(Pool("a,b"), null, out _, lameDuck: true);
        Assert.True(lame.Find(0)!.IsLameDuck);
        Assert.True(lame.WithInfo(["b:4222"], false, 1, PoolOptions.Default, _random, out _).Find(0)!.IsLameDuck);
        Assert.False(lame.WithInfo(["a:4222"], false, 1, PoolOptions.Default, _random, out _).Find(0)!.IsLameDuck);
        Assert.True(lame.WithInfo(["a:4222"], true, 0, PoolOptions.Default, _random, out _).Find(0)!.IsLameDuck);
        Assert.False(lame.Connected(0).Find(0)!.IsLameDuck);
    }

    [Fact]
    public void Discovered_server_inherits_from_the_configured_entry_through_the_whole_chain()
    {
        ServerPool pool = Pool("nats://user:secret@seed.example.");
        pool = Info(pool, ["10.0.0.1:1", "named:1"], out _);
        pool = pool.WithInfo(
            ["10.0.0.1:1", "named:1", "10.0.0.2:1"], false, Id(pool, "10.0.0.1"), PoolOptions.Default, _random, out _);

        PoolServer second = pool.Find(Id(pool, "10.0.0.2"))!;
        Assert.Null(second.Address.UserInfo);
        Assert.Equal(new UserInfo("user", "secret", null), second.DiscoveredThrough!.UserInfo);
        Assert.Equal("seed.example", second.TlsHost);
        Assert.Equal("named", pool.Find(Id(pool, "named"))!.TlsHost);
        Assert.Equal("seed.example", pool.Find(0)!.TlsHost);
        Assert.DoesNotContain("secret", pool.ToString() + string.Join(' ', pool.Servers), StringComparison.Ordinal);
    }

    [Fact]
    public void Filter_keeps_addresses_out_and_may_throw()
    {
        PoolOptions options = PoolOptions.Default with
        {
            Filter = (host, port) => host == "boom" ? throw new InvalidOperationException() : port != 22,
        };
        ServerPool pool = Pool("a").WithInfo(["b:22", "boom:1", "c:1"], false, 0, options, _random, out PoolChange change);
        Assert.Equal(["a:4222", "c:1"], Names(pool));
        Assert.Equal(["b:22", "boom:1"], change.Rejected.Select(r => r.Text));
        Assert.Contains("InvalidOperationException", change.Rejected[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Info_of_a_server_that_left_the_pool_is_still_merged()
    {
        ServerPool pool = Pool("a").WithInfo(["b:1"], true, 99, PoolOptions.Default, _random, out PoolChange change);
        Assert.Equal(["b:1"], Names(change.Added));
        Assert.Null(pool.Servers[1].DiscoveredThrough);
        Assert.DoesNotContain(pool.Servers, s => s.IsLameDuck);
    }

    [Fact]
    public void Failure_is_counted_and_success_resets_the_count()
    {
        ServerPool pool = Pool("a,b").Failed(0, "refused").Failed(0, "timeout").AuthFailed(0, "no");
        PoolServer failed = pool.Find(0)!;
        Assert.Equal((2, "timeout"), (failed.Attempts, failed.LastError));
        Assert.Equal(0, pool.Find(1)!.Attempts);

        PoolServer connected = pool.Connected(0).Find(0)!;
        Assert.Equal((0, null, null), (connected.Attempts, connected.LastError, connected.LastConnected));
        Assert.Equal((0, null), (connected.AuthFailures, connected.LastAuthError));
    }

    [Fact]
    public void Connections_with_the_same_options_share_their_pool_until_one_records_a_change()
    {
        ServerPool pool = Pool("a,b");
        Assert.Same(pool, pool.Connected(0));
        Assert.Same(pool.Urls, pool.Connected(0).Urls);
        Assert.Equal(s_now, pool.Left(0, s_now).Find(0)!.LastConnected);
        Assert.NotSame(pool.Urls, pool.SetServers(ServerAddress.ParseList("c"), _random, out _).Urls);
    }

    [Fact]
    public void Equal_rejections_are_counted_and_another_error_resets_the_count()
    {
        ServerPool pool = Pool("a").AuthFailed(0, "Authorization Violation").AuthFailed(0, "authorization violation");
        Assert.Equal(2, pool.Find(0)!.AuthFailures);
        Assert.Equal(1, pool.AuthFailed(0, "User Authentication Expired").Find(0)!.AuthFailures);
    }

    [Fact]
    public void Facts_about_an_unknown_server_change_nothing()
    {
        ServerPool pool = Pool("a");
        Assert.Same(pool, pool.Connected(5));
        Assert.Same(pool, pool.Failed(5, "x"));
        Assert.Same(pool, pool.AuthFailed(5, "x"));
        Assert.Same(pool, pool.Park(5, out PoolChange parked));
        Assert.Same(pool, pool.Unpark(5, out PoolChange unparked));
        Assert.True(parked.IsEmpty && unparked.IsEmpty);
    }

    [Fact]
    public void Parked_server_stays_in_the_pool_and_out_of_the_rounds()
    {
        ServerPool pool = Pool("a,b").Failed(0, "x").Park(0, out PoolChange parked);
        Assert.Equal(["a:4222"], Names(parked.Parked));
        Assert.Equal([1], pool.Order(null, _random));
        Assert.Equal([1], pool.Order(0, _random));
        pool.Park(0, out PoolChange again);
        Assert.True(again.IsEmpty);

        pool = pool.Unpark(0, out PoolChange unparked);
        Assert.Equal(["a:4222"], Names(unparked.Returned));
        Assert.Equal(0, pool.Find(0)!.Attempts);
        Assert.Equal([0, 1], pool.Order(null, _random));
        pool.Unpark(0, out PoolChange nothing);
        Assert.True(nothing.IsEmpty);
    }

    [Fact]
    public void Round_of_an_exhausted_pool_is_empty() =>
        Assert.Empty(Pool("a").Park(0, out _).Order(null, _random));

    [Fact]
    public void Round_in_fixed_order_puts_the_lost_server_last()
    {
        ServerPool pool = Pool("a,b,c");
        Assert.Equal([0, 1, 2], pool.Order(null, _random));
        Assert.Equal([0, 2, 1], pool.Order(1, _random));
        Assert.Equal([0, 1, 2], pool.Order(77, _random));
        Assert.Equal([0], Pool("a").Order(0, _random));
    }

    [Fact]
    public void Round_puts_lame_ducks_behind_the_good_and_before_the_lost_one()
    {
        ServerPool pool = Pool("a,b,c,d").WithInfo(null, true, 0, PoolOptions.Default, _random, out _);
        Assert.Equal([1, 3, 0, 2], pool.Order(2, _random));
        Assert.Equal([1, 2, 3, 0], pool.Order(0, _random));
    }

    [Fact]
    public void Random_rounds_reach_every_order_and_keep_the_lost_one_last()
    {
        var pool = ServerPool.Create(ServerAddress.ParseList("a,b,c,d"), true, _random);
        var orders = new HashSet<string>();
        for (int i = 0; i < 500; i++)
        {
            int[] order = [.. pool.Order(2, _random)];
            Assert.Equal(2, order[^1]);
            orders.Add(string.Join(',', order));
        }

        Assert.Equal(6, orders.Count);
    }

    [Fact]
    public void Replaced_pool_keeps_what_is_known_about_addresses_that_stay()
    {
        ServerPool pool = Info(Pool("a,b"), ["c:1", "d:1"], out _);
        int c = Id(pool, "c");
        pool = pool.Connected(c).Left(c, s_now).Failed(c, "x").Failed(0, "y");

        pool = pool.SetServers(ServerAddress.ParseList("new,c:1,a"), _random, out PoolChange change);

        Assert.Equal(["new:4222", "c:1", "a:4222"], Names(pool));
        Assert.Equal(["new:4222"], Names(change.Added));
        Assert.Equal(["b:4222", "d:1"], Names(change.Removed));
        PoolServer kept = pool.Find(c)!;
        Assert.Equal((1, s_now, false, null), (kept.Attempts, kept.LastConnected, kept.IsDiscovered, kept.DiscoveredThrough));
        Assert.Equal("y", pool.Find(0)!.LastError);
        Assert.Equal(3, pool.Servers.Select(s => s.Id).Distinct().Count());
    }

    [Fact]
    public void Replacing_by_the_same_servers_is_no_change_and_ids_are_never_reused()
    {
        ServerPool pool = Pool("a,b");
        pool.SetServers(ServerAddress.ParseList("b,a"), _random, out PoolChange none);
        Assert.True(none.IsEmpty);

        pool = pool.SetServers(ServerAddress.ParseList("c"), _random, out _);
        pool = pool.SetServers(ServerAddress.ParseList("a"), _random, out _);
        Assert.Equal(3, pool.Servers[0].Id);
    }

    [Fact]
    public void Replacing_takes_new_credentials_and_gives_parked_servers_another_chance()
    {
        ServerPool pool = Pool("nats://u:old@a,b").AuthFailed(0, "no").AuthFailed(1, "no").Failed(0, "x").Park(0, out _);
        pool = pool.SetServers(ServerAddress.ParseList("nats://u:new@a,b"), _random, out PoolChange change);
        Assert.Equal(["a:4222"], Names(change.Returned));
        PoolServer a = pool.Find(0)!;
        Assert.Equal(("new", 0, 0, false), (a.Address.UserInfo!.Password, a.AuthFailures, a.Attempts, a.IsParked));
        Assert.Equal(1, pool.Find(1)!.AuthFailures);
    }

    [Fact]
    public void Refused_replacement_leaves_the_pool_as_it_was()
    {
        ServerPool pool = Pool("a");
        Assert.Throws<ArgumentException>(() => pool.SetServers([], _random, out _));
        Assert.Throws<ArgumentException>(
            () => pool.SetServers([ServerAddress.Parse("ws://a"), ServerAddress.Parse("b")], _random, out _));
        Assert.Equal(["a:4222"], Names(pool));
    }

    [Fact]
    public void Operations_leave_the_pool_they_were_called_on_untouched()
    {
        ServerPool pool = Pool("a,b");
        string before = string.Join('|', pool.Servers);
        Info(pool, ["c:1"], out _, lameDuck: true);
        pool.SetServers(ServerAddress.ParseList("z"), _random, out _);
        pool.Park(0, out _);
        pool.Failed(0, "x").Connected(1).AuthFailed(1, "y");
        Assert.Equal(before, string.Join('|', pool.Servers));
    }

    [Fact]
    public void Server_is_found_by_address_exactly_before_by_alias()
    {
        ServerPool pool = Pool("127.0.0.1,localhost,x");
        Assert.Equal(1, pool.Find(ServerAddress.Parse("localhost"))!.Id);
        Assert.Equal(0, pool.Find(ServerAddress.Parse("[::1]"))!.Id);
        Assert.Null(pool.Find(ServerAddress.Parse("y")));
    }

    private static ServerPool Pool(string seeds) => ServerPool.Create(ServerAddress.ParseList(seeds), false, new Random(1));

    private static int Id(ServerPool pool, string host) => pool.Servers.Single(s => s.Address.Host == host).Id;

    private static string[] Names(ServerPool pool) => Names(pool.Servers.Select(s => s.Address.Url));

    private static string[] Names(IEnumerable<Uri> urls) => [.. urls.Select(u => $"{u.Host}:{u.Port}")];

    private ServerPool Info(ServerPool pool, IReadOnlyList<string>? urls, out PoolChange change, bool lameDuck = false) =>
        pool.WithInfo(urls, lameDuck, 0, PoolOptions.Default, _random, out change);
}
