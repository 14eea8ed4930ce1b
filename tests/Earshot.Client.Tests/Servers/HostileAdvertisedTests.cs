using Earshot.Servers;
using Xunit;

namespace Earshot.Client.Tests.Servers;

public sealed class HostileAdvertisedTests
{
    public static TheoryData<string?> Hostile =>
    [
        (string?)null, "", " ", "\r\n", "\0", ":", ":4222", "h", "h:", "h:0", "h:00", "h:65536", "h:99999", "h:-1", "h:+4222", "h: 4222",
        "h :4222", " h:4222", "h:4222 ", "h:4222\r\n", "h:4222\r\nPUB x 0\r\n\r\n", "h:4222\0", "h\t:4222", "h:４２２２", "h:4222x",
        "h:0x10", "h:1e3", "h:000004222", "http://h:80", "nats://h:4222", "//h:4222", "h:4222/", "h:4222/path", "h:4222?x=y",
        "h:4222#f", "h:4222,evil:4222", "user@h:4222", "user:pass@h:4222", "@h:4222", "h%2e:4222", "h%00:4222", "[::1", "[::1]",
        "::1", "::1:4222", "[::1]4222", "[::1]:", "[::1]:0", "[]:4222", "[h]:4222", "[1.2.3.4]:4222", "[fe80::1%25eth0]:4222",
        "1.2.3:4222", "1.2.3.4.5:4222", "256.1.1.1:4222", "127.1:4222", "2130706433:80", "0x7f000001:80", "0.0.0.0:4222",
        "[::]:4222", "224.0.0.1:4222", "255.255.255.255:4222", "[ff02::1]:4222", "..:4222", "a..b:4222", ".a:4222", "-a:4222",
        "a-:4222", "a*:4222", "a>:4222", "bücher:4222", "h\\x:4222", "file:///etc/passwd", "h:4222;x", "\"h\":4222",
        new string('a', 64) + ":4222", new string('a', 1_000_000) + ":4222",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Entry_that_is_not_host_and_port_is_refused_with_a_reason(string? text)
    {
        Assert.False(ServerAddress.TryParseAdvertised(text, "nats", out ServerAddress? address, out string? reason));
        Assert.Null(address);
        Assert.NotEmpty(reason);
    }

    [Fact]
    public void Pool_accepts_the_valid_entry_among_all_hostile_ones_and_names_the_others()
    {
        string?[] texts = [.. Hostile.Select(row => row.Data), "good:4222"];
        Assert.True(texts.Length > 60);
        var pool = ServerPool.Create(ServerAddress.ParseList("seed"), randomize: false, new Random(1));

        pool = pool.WithInfo(texts!, false, pool.Servers[0].Id, PoolOptions.Default, new Random(1), out PoolChange change);

        Assert.Equal(["seed", "good"], pool.Servers.Select(s => s.Address.Host));
        Assert.Equal([new Uri("nats://good:4222")], change.Added);
        Assert.Equal(64, change.Rejected.Length);
        Assert.All(change.Rejected, r =>
        {
            Assert.True(r.Text.Length <= 140);
            Assert.DoesNotContain(r.Text, char.IsControl);
            Assert.DoesNotContain("pass@", r.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void List_of_nothing_but_refused_entries_removes_nothing()
    {
        var pool = ServerPool.Create(ServerAddress.ParseList("seed"), randomize: false, new Random(1));
        pool = pool.WithInfo(["a:1", "b:1"], false, 0, PoolOptions.Default, new Random(1), out _);

        ServerPool after = pool.WithInfo(["http://x", ""], false, 0, PoolOptions.Default, new Random(1), out PoolChange change);

        Assert.Equal(3, after.Servers.Length);
        Assert.True(change.IsContentUnchanged);
        Assert.False(change.IsEmpty);
    }

    [Fact]
    public void List_of_a_hundred_thousand_is_read_to_the_limit_and_removes_nothing()
    {
        var pool = ServerPool.Create(ServerAddress.ParseList("seed"), randomize: true, new Random(1));
        pool = pool.WithInfo(["old:1"], false, 0, PoolOptions.Default, new Random(1), out _);
        string[] flood = [.. Enumerable.Range(0, 100_000).Select(i => $"h{i}:4222")];

        pool = pool.WithInfo(flood, false, 0, PoolOptions.Default, new Random(1), out PoolChange change);

        Assert.Equal(1_024 + 2, pool.Servers.Length);
        Assert.Equal(1_024, change.Added.Length);
        Assert.Empty(change.Removed);
        Assert.Contains("100000", Assert.Single(change.Rejected).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Server_that_invents_a_new_list_every_time_cannot_fill_the_memory()
    {
        var pool = ServerPool.Create(ServerAddress.ParseList("seed"), randomize: false, new Random(1));
        for (int round = 0; round < 40; round++)
        {
            string[] list = [.. Enumerable.Range(0, 1_024).Select(i => $"r{round}h{i}:4222")];
            pool = pool.WithInfo(list, false, 0, PoolOptions.Default, new Random(1), out _);
            Assert.Equal(1_025, pool.Servers.Length);
            Assert.True(pool.Known.Count <= 8_192);
        }
    }
}
