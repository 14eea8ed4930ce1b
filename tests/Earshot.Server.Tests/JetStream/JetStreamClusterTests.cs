using Earshot.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>JetStream of a mock cluster: the last server that it starts with has the streams, for the clients of all.</summary>
public sealed class JetStreamClusterTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private NatsTestCluster _cluster = null!;
    private NatsConnection _connection = null!;
    private INatsJSContext _context = null!;

    private CancellationToken Cancel => _limit.Token;

    public async ValueTask InitializeAsync()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(30));
        _cluster = await NatsTestCluster.StartAsync(3, new NatsTestServerOptions { JetStream = true }, Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _cluster.Urls[0], ReconnectWaitMin = TimeSpan.FromMilliseconds(10), ReconnectWaitMax = TimeSpan.FromMilliseconds(50) });
        _context = _connection.CreateJetStreamContext();
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _cluster.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Client_of_another_server_publishes_and_reads_and_may_lose_its_server()
    {
        INatsJSConsumer consumer = await _context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C"), Cancel);
        await using INatsJSConsume<int> read = await consumer.StartConsumeAsync<int>(cancellationToken: Cancel);
        await using IAsyncEnumerator<INatsJSMsg<int>> messages = read.Msgs.GetAsyncEnumerator(Cancel);
        await _context.PublishAsync("s", 1, cancellationToken: Cancel);
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync(cancellationToken: Cancel);

        await _cluster.StopAsync(_cluster.Servers[0]);
        await _connection.Events.WhenAsync<NatsReconnectedEvent>(0, Cancel);
        await _context.PublishAsync("s", 2, cancellationToken: Cancel);

        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(2, messages.Current.Data);
        Assert.Equal(2, _cluster.Servers[^1].JetStream.FindStream("S")!.Messages.Count);
    }

    [Fact]
    public async Task Streams_are_gone_with_their_server_and_return_with_it()
    {
        NatsTestServer streams = _cluster.Servers[^1];
        await _context.PublishAsync("s", 1, cancellationToken: Cancel);
        await _cluster.StopAsync(streams);
        await Assert.ThrowsAsync<NatsNoRespondersException>(async () => await _connection.RequestAsync<string, string>("$JS.API.INFO", "", cancellationToken: Cancel));

        await _cluster.StartServerAsync(streams, Cancel);
        Assert.Equal(2ul, (await _context.PublishAsync("s", 2, cancellationToken: Cancel)).Seq);
    }

    [Fact]
    public async Task Push_consumer_delivers_only_to_what_its_server_reaches()
    {
        NatsTestServer streams = _cluster.Servers[^1];
        INatsJSPushConsumer consumer = await _context.CreateOrUpdatePushConsumerAsync("S", new NatsJSPushConsumerOpts { DurableName = "P" }, Cancel);
        await using INatsJSConsume<int> read = await consumer.StartConsumeAsync<int>(cancellationToken: Cancel);
        await _connection.PingAsync(Cancel);
        _cluster.Partition(streams);
        Assert.False(streams.JetStream.FindConsumer("S", "P")!.IsPushBound);
        await _cluster.StopAsync(streams);
        await _cluster.StartServerAsync(streams, Cancel);
        Assert.False(streams.JetStream.FindConsumer("S", "P")!.IsPushBound);

        _cluster.Heal();
        Assert.True(streams.JetStream.FindConsumer("S", "P")!.IsPushBound);
        await _context.PublishAsync("s", 7, cancellationToken: Cancel);
        await using IAsyncEnumerator<INatsJSMsg<int>> messages = read.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal(7, messages.Current.Data);
    }

    [Fact]
    public void Other_servers_have_none() => Assert.Throws<InvalidOperationException>(() => _cluster.Servers[0].JetStream);
}
