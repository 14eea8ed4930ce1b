using Earshot.Servers;
using Xunit;

namespace Earshot.Client.Tests.Servers;

/// <summary>Arguments, limits and single fields of the pool and of delays.</summary>
public sealed class PoolDetailTests
{
    private readonly Random _random = new(3);

    [Fact]
    public void Missing_arguments_are_named()
    {
        ServerPool pool = Pool("a");
        IReadOnlyList<ServerAddress> servers = ServerAddress.ParseList("a");
        Assert.Throws<ArgumentNullException>("random", () => ServerPool.Create(servers, false, null!));
        Assert.Throws<ArgumentNullException>("options", () => pool.WithInfo([], false, 0, null!, _random, out _));
        Assert.Throws<ArgumentNullException>("random", () => pool.WithInfo([], false, 0, PoolOptions.Default, null!, out _));
        Assert.Throws<ArgumentNullException>("servers", () => pool.SetServers(null!, _random, out _));
        Assert.Throws<ArgumentNullException>("random", () => pool.SetServers(servers, null!, out _));
        Assert.Throws<ArgumentNullException>("address", () => pool.Find(null!));
        Assert.Throws<ArgumentNullException>("random", () => pool.Order(null, null!));
        Assert.StartsWith("At least one server is required.", Assert.Throws<ArgumentException>("servers", () => pool.SetServers([], _random, out _)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Change_that_changes_nothing_is_the_same_pool()
    {
        ServerPool pool = Pool("a,b");
        int id = pool.Servers[0].Id;
        Assert.Same(pool, pool.WithLameDuck(id, false));
        Assert.Same(pool, pool.Unpark(id, out PoolChange change));
        Assert.Same(PoolChange.None, change);
        Assert.NotSame(pool, pool.WithLameDuck(id, true));
        Assert.Same(pool, pool.WithInfo(null, false, id, PoolOptions.Default, _random, out _));
        Assert.Equal(2, Info(pool, ["c:1"], PoolOptions.Default with { IgnoreDiscovered = true }, out _).Servers.Length);
    }

    [Fact]
    public void Attempt_counts_for_the_server_only_when_no_address_of_it_is_left()
    {
        ServerPool pool = Pool("a");
        int id = pool.Servers[0].Id;
        PoolServer failed = pool.Failed(id, "first", isServerAttemptOver: false).Servers[0];
        Assert.Equal((0, "first"), (failed.Attempts, failed.LastError));
        Assert.Equal(1, pool.Failed(id, "last").Servers[0].Attempts);
        PoolServer most = pool.Servers[0] with { Attempts = int.MaxValue, AuthFailures = int.MaxValue, LastAuthError = "no" };
        ServerPool full = pool with { Servers = [most] };
        Assert.Equal(int.MaxValue, full.Failed(id, "again").Servers[0].Attempts);
        Assert.Equal(int.MaxValue, full.AuthFailed(id, "NO").Servers[0].AuthFailures);
        Assert.Equal(1, full.AuthFailed(id, "other").Servers[0].AuthFailures);
    }

    [Fact]
    public void New_run_resets_failures_and_returns_what_was_parked()
    {
        ServerPool pool = Pool("a,b");
        int id = pool.Servers[0].Id;
        pool = pool.Failed(id, "no").AuthFailed(id, "no").Park(id, out _).WithFailuresReset(out PoolChange change);
        PoolServer server = pool.Servers[0];
        Assert.Equal(["a"], change.Returned.Select(url => url.Host));
        Assert.Equal((0, false, 0, null, "no"), (server.Attempts, server.IsParked, server.AuthFailures, server.LastAuthError, server.LastError));
    }

    [Fact]
    public void Server_is_untried_until_there_is_something_to_show_of_it()
    {
        PoolServer server = Pool("a").Servers[0];
        Assert.True(server.IsUntried);
        Assert.False((server with { Attempts = 1 }).IsUntried);
        Assert.False((server with { LastError = "no" }).IsUntried);
        Assert.False((server with { LastConnected = TimeSpan.Zero }).IsUntried);
        Assert.False((server with { IsDiscovered = true }).IsUntried);
        Assert.False((server with { IsParked = true }).IsUntried);
        Assert.False((server with { IsLameDuck = true }).IsUntried);
    }

    [Theory]
    [InlineData("u:p@a", "no", 1)]
    [InlineData("u:other@a", null, 0)]
    public void Refusals_are_kept_with_the_same_credentials_only(string replacement, string? error, int failures)
    {
        ServerPool pool = Pool("u:p@a");
        pool = pool.AuthFailed(pool.Servers[0].Id, "no").SetServers(ServerAddress.ParseList(replacement), _random, out _);
        Assert.Equal((error, failures), (pool.Servers[0].LastAuthError, pool.Servers[0].AuthFailures));
    }

    [Theory]
    [InlineData(1024, 0)]
    [InlineData(1025, 1)]
    public void List_of_a_server_is_read_to_its_limit(int entries, int rejected)
    {
        ServerPool pool = Info(Pool("a"), [.. Enumerable.Range(1, entries).Select(port => $"h:{port}")], PoolOptions.Default, out PoolChange change);
        Assert.Equal(1 + 1024, pool.Servers.Length);
        Assert.Equal(rejected, change.Rejected.Length);
        Assert.All(change.Rejected, static entry => Assert.Equal(new RejectedAddress("", "the list has 1025 entries; only the first 1024 are used"), entry));
    }

    [Fact]
    public void Filter_decides_and_what_it_throws_is_the_reason()
    {
        PoolOptions options = PoolOptions.Default with { Filter = static (host, port) => port == 3 ? throw new InvalidOperationException() : host == "b" };
        ServerPool pool = Info(Pool("a"), ["b:1", "c:2", "c:3"], options, out PoolChange change);
        Assert.Equal(["a", "b"], pool.Servers.Select(server => server.Address.Host));
        Assert.Equal([new("c:2", "rejected by the filter"), new("c:3", "the filter threw InvalidOperationException")], change.Rejected);
    }

    [Fact]
    public void What_was_known_is_forgotten_above_the_limit_unless_it_is_in_the_pool()
    {
        ServerPool pool = Pool("a");
        for (int list = 0; list < 9; list++)
        {
            pool = Info(pool, [.. Enumerable.Range(1, 1024).Select(port => $"h{list}:{port}")], PoolOptions.Default, out _);
        }

        Info(pool, ["h8:1", "new:1"], PoolOptions.Default, out PoolChange present);
        Info(pool, ["h0:1"], PoolOptions.Default, out PoolChange forgotten);
        ServerPool without = Info(pool, ["h7:1"], PoolOptions.Default, out PoolChange _);
        Info(without, ["h8:2"], PoolOptions.Default, out PoolChange returned);
        Assert.Equal(["new"], present.Added.Select(url => url.Host));
        Assert.Equal(["h0"], forgotten.Added.Select(url => url.Host));
        Assert.Equal(["h8"], returned.Returned.Select(url => url.Host));
    }

    [Fact]
    public void Change_has_no_content_when_every_list_of_servers_is_empty()
    {
        Uri[] urls = [new("nats://a:1")];
        Assert.True(new PoolChange { Rejected = [new("x", "y")] } is { IsContentUnchanged: true, IsEmpty: false });
        Assert.All(
            (PoolChange[])[new() { Added = [.. urls] }, new() { Removed = [.. urls] }, new() { Returned = [.. urls] }, new() { Parked = [.. urls] }],
            static change => Assert.False(change.IsContentUnchanged || change.IsEmpty));
    }

    [Theory]
    [InlineData(0, 1, 8, 0)]
    [InlineData(1, 1, 8, 1)]
    [InlineData(4, 1, 8, 8)]
    [InlineData(5, 1, 8, 8)]
    [InlineData(62, 1, 8, 8)]
    [InlineData(63, 1, 8, 8)]
    [InlineData(64, 1, 8, 8)]
    [InlineData(1, 0, 8, 0)]
    [InlineData(1, 1, 0, 0)]
    [InlineData(3, 3, 8, 8)]
    public void Delay_doubles_up_to_its_limit(int round, int min, int max, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), ReconnectDelay.Ceiling(round, TimeSpan.FromSeconds(min), TimeSpan.FromSeconds(max)));

    [Theory]
    [InlineData(0.0, 10)]
    [InlineData(0.5, 5)]
    [InlineData(double.NaN, 10)]
    [InlineData(double.PositiveInfinity, 10)]
    [InlineData(-1.0, 10)]
    public void Chance_outside_its_range_does_not_matter(double chance, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), ReconnectDelay.WithJitter(TimeSpan.FromSeconds(10), chance));

    private ServerPool Pool(string servers) => ServerPool.Create(ServerAddress.ParseList(servers), randomize: false, _random);

    private ServerPool Info(ServerPool pool, IReadOnlyList<string> urls, PoolOptions options, out PoolChange change) =>
        pool.WithInfo(urls, lameDuck: false, pool.Servers[0].Id, options, _random, out change);
}
