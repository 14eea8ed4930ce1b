using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.Serving;

public sealed class MockClusterTests
{
    [Fact]
    public async Task Join_and_leave_are_advertised_with_the_own_url_first()
    {
        await using NatsTestCluster cluster = await NatsTestCluster.StartAsync(2, cancellationToken: TestContext.Current.CancellationToken);
        MemoryClient client = await MemoryClient.ConnectAsync(cluster.Servers[1]);
        NatsTestServer third = await cluster.AddAsync(TestContext.Current.CancellationToken);
        Assert.Contains(Urls(cluster.Servers[1], cluster.Servers[0], third), await client.UntilAsync(" \r\n"), StringComparison.Ordinal);
        await cluster.RemoveAsync(third);

        Assert.Contains(Urls(cluster.Servers[1], cluster.Servers[0]), await client.UntilAsync(" \r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_reaches_subscribers_of_other_servers_and_each_queue_group_once()
    {
        await using NatsTestCluster cluster = await NatsTestCluster.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        MemoryClient publisher = await MemoryClient.ConnectAsync(cluster.Servers[0]);
        MemoryClient plain = await MemoryClient.ConnectAsync(cluster.Servers[1]);
        MemoryClient other = await MemoryClient.ConnectAsync(cluster.Servers[2]);
        await plain.AskAsync("SUB foo 1\r\nSUB work q 2\r\n");
        await other.AskAsync("SUB work q 2\r\n");
        Assert.Equal("", await publisher.AskAsync("SUB in.* 9\r\nPUB foo in.1 1\r\nx\r\nPUB work in.2 1\r\ny\r\n"));

        string received = await plain.AskAsync("") + await other.AskAsync("");
        Assert.Contains("MSG foo 1 in.1 1\r\nx\r\n", received, StringComparison.Ordinal);
        Assert.Equal(2, received.Split("MSG work 2 in.2 1\r\ny\r\n").Length);
    }

    [Fact]
    public async Task Partition_keeps_messages_and_urls_apart_until_it_heals()
    {
        await using NatsTestCluster cluster = await NatsTestCluster.StartAsync(cancellationToken: TestContext.Current.CancellationToken);
        MemoryClient publisher = await MemoryClient.ConnectAsync(cluster.Servers[0]);
        MemoryClient subscriber = await MemoryClient.ConnectAsync(cluster.Servers[1]);
        await subscriber.AskAsync("SUB foo 1\r\n");
        cluster.Partition(cluster.Servers[0]);
        await publisher.AskAsync("PUB foo 1\r\n1\r\n");
        Assert.DoesNotContain("MSG", await subscriber.AskAsync(""), StringComparison.Ordinal);
        cluster.Heal();
        await publisher.AskAsync("PUB foo 1\r\n2\r\n");

        Assert.EndsWith("MSG foo 1 1\r\n2\r\n", await subscriber.AskAsync(""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lame_duck_server_advertises_the_others_to_its_clients_and_is_removed_from_theirs()
    {
        var options = new NatsTestServerOptions { LameDuckGracePeriod = TimeSpan.FromMilliseconds(1), LameDuckDuration = TimeSpan.FromMilliseconds(2) };
        await using NatsTestCluster cluster = await NatsTestCluster.StartAsync(2, options, TestContext.Current.CancellationToken);
        (NatsTestServer? first, NatsTestServer? second) = (cluster.Servers[0], cluster.Servers[1]);
        MemoryClient duck = await MemoryClient.ConnectAsync(first);
        MemoryClient other = await MemoryClient.ConnectAsync(second);
        Task leaving = cluster.EnterLameDuckModeAsync(first);

        Assert.Contains($"\"connect_urls\":[\"127.0.0.1:{second.Port}\"],\"ldm\":true}} \r\n", await duck.UntilAsync(" \r\n"), StringComparison.Ordinal);
        Assert.Contains($"\"connect_urls\":[\"127.0.0.1:{second.Port}\"]}} \r\n", await other.UntilAsync(" \r\n"), StringComparison.Ordinal);
        await leaving.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal([second], cluster.Servers);
    }

    [Fact]
    public async Task Stopped_server_refuses_and_is_advertised_again_once_it_is_back_on_its_port()
    {
        await using NatsTestCluster cluster = await NatsTestCluster.StartAsync(2, cancellationToken: TestContext.Current.CancellationToken);
        (NatsTestServer? first, NatsTestServer? second) = (cluster.Servers[0], cluster.Servers[1]);
        (int port, string? id) = (first.Port, first.Id);
        MemoryClient other = await MemoryClient.ConnectAsync(second);
        await cluster.StopAsync(first);
        Assert.Contains(Urls(second) + "}", await other.UntilAsync(" \r\n"), StringComparison.Ordinal);
        Assert.Equal([second], cluster.Servers);
        using var refused = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(async () => await refused.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken));

        await cluster.StartServerAsync(first, TestContext.Current.CancellationToken);
        Assert.Contains(Urls(second, first), await other.UntilAsync(" \r\n"), StringComparison.Ordinal);
        Assert.Equal((port, false), (first.Port, id == first.Id));
        await MemoryClient.ConnectAsync(first);
    }

    [Fact]
    public async Task Lame_duck_server_can_be_restarted()
    {
        var options = new NatsTestServerOptions { LameDuckGracePeriod = TimeSpan.FromMilliseconds(1), LameDuckDuration = TimeSpan.FromMilliseconds(2) };
        await using NatsTestCluster cluster = await NatsTestCluster.StartAsync(2, options, TestContext.Current.CancellationToken);
        (NatsTestServer? first, NatsTestServer? second) = (cluster.Servers[0], cluster.Servers[1]);
        await cluster.EnterLameDuckModeAsync(first).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await cluster.StartServerAsync(first, TestContext.Current.CancellationToken);
        MemoryClient back = await MemoryClient.ConnectAsync(first);
        Assert.DoesNotContain("ldm", await back.AskAsync(""), StringComparison.Ordinal);
        Assert.Equal([first, second], cluster.Servers);
    }

    [Fact]
    public async Task Restarted_server_is_not_a_lame_duck()
    {
        await using NatsTestCluster cluster = await NatsTestCluster.StartAsync(2, new NatsTestServerOptions { TimeProvider = new FakeTimeProvider() }, TestContext.Current.CancellationToken);
        (NatsTestServer? first, NatsTestServer? second) = (cluster.Servers[0], cluster.Servers[1]);
        await MemoryClient.ConnectAsync(first);
        Task leaving = cluster.EnterLameDuckModeAsync(first);
        await cluster.StopAsync(first);
        await leaving.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await cluster.StartServerAsync(first, TestContext.Current.CancellationToken);
        MemoryClient back = await MemoryClient.ConnectAsync(first);

        Assert.Equal("", await back.AskAsync(""));
        Assert.Equal([first, second], cluster.Servers);
    }

    private static string Urls(params NatsTestServer[] servers) =>
        $"\"connect_urls\":[{string.Join(',', servers.Select(server => $"\"127.0.0.1:{server.Port}\""))}]";
}
