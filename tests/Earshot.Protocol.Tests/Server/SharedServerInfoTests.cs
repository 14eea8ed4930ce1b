using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>What is shared by all connections of the process. No other test runs in parallel with it, because each INFO that is read takes a place.</summary>
[CollectionDefinition(nameof(SharedServerInfoTests), DisableParallelization = true)]
[Collection(nameof(SharedServerInfoTests))]
public class SharedServerInfoTests
{
    [Fact]
    public void Equal_ones_are_stored_once()
    {
        SharedServerInfo one = new SharedServerInfo { Id = "SHARED-1", Port = 1 }.Shared();
        Assert.Same(one, new SharedServerInfo { Id = "SHARED-1", Port = 1 }.Shared());
        Assert.Same(one, one.Shared());
    }

    [Fact]
    public void The_latest_of_a_server_replaces_the_one_before()
    {
        SharedServerInfo one = new SharedServerInfo { Id = "SHARED-2", Port = 1 }.Shared();
        SharedServerInfo other = new SharedServerInfo { Id = "SHARED-2", Port = 2 }.Shared();
        Assert.Equal((1, 2), (one.Port, other.Port));
        Assert.Same(other, new SharedServerInfo { Id = "SHARED-2", Port = 2 }.Shared());
        Assert.NotSame(one, new SharedServerInfo { Id = "SHARED-2", Port = 1 }.Shared());
    }

    [Fact]
    public void The_INFO_before_CONNECT_and_the_one_after_it_are_kept_both_whatever_the_id()
    {
        for (int i = 0; i < 200; i++)
        {
            SharedServerInfo before = new SharedServerInfo { Id = $"SERVER-{i}" }.Shared();
            SharedServerInfo after = new SharedServerInfo { Id = $"SERVER-{i}", IsConnectInfo = true }.Shared();
            Assert.Same(before, new SharedServerInfo { Id = $"SERVER-{i}" }.Shared());
            Assert.Same(after, new SharedServerInfo { Id = $"SERVER-{i}", IsConnectInfo = true }.Shared());
        }
    }

    [Fact]
    public void Texts_are_empty_or_missing_until_they_are_set()
    {
        SharedServerInfo nothing = SharedServerInfo.Nothing;
        Assert.Equal(
            ("", "", "", "", "", "", ""),
            (nothing.Id, nothing.Name, nothing.Version, nothing.GitCommit, nothing.GoVersion, nothing.Host, nothing.ClientIp));
        Assert.Null(nothing.ClientConnectUrls.ToArray());
        Assert.Equal(nothing, new SharedServerInfo());
    }

    [Fact]
    public void Lists_of_addresses_are_compared_one_by_one()
    {
        UrlList none = new(null), empty = new([]), one = new(["a:1"]), two = new(["a:1", "b:2"]);
        UrlList[] all = [none, empty, one, two, new(["b:2", "a:1"])];
        foreach (UrlList left in all)
        {
            foreach (UrlList right in all)
            {
                Assert.Equal(left.ToArray() is { } urls && right.ToArray() is { } others ? urls.SequenceEqual(others) : left.ToArray() is null && right.ToArray() is null, left.Equals(right));
                Assert.Equal(left.Equals(right), left.Equals((object)right));
            }
        }

        Assert.False(one.Equals("a:1"));
        Assert.False(none.Equals(null));
        Assert.Equal((0, 0), (none.GetHashCode(), empty.GetHashCode()));
        Assert.Equal(two.GetHashCode(), new UrlList(["a:1", "b:2"]).GetHashCode());
        Assert.NotEqual(one.GetHashCode(), two.GetHashCode());
    }

    [Fact]
    public void A_list_does_not_change_with_the_array_that_it_was_made_of()
    {
        string[] urls = ["a:1"];
        var list = new UrlList(urls);
        urls[0] = "evil:1";
        Assert.Equal(["a:1"], list.ToArray()!);
    }
}
