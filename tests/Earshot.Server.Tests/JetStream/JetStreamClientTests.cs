using Earshot.JetStream;
using Earshot.KeyValueStore;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>The client's JetStream and key-value store on a server in the process.</summary>
public sealed class JetStreamClientTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private INatsJSContext _context = null!;

    private CancellationToken Cancel => _limit.Token;

    public async ValueTask InitializeAsync()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(30));
        _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        _connection = new NatsConnection(new NatsOpts { Url = _server.Url });
        _context = _connection.CreateJetStreamContext();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Consumer_continues_after_a_change_of_leader()
    {
        await _context.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), Cancel);
        INatsJSConsumer consumer = await _context.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("worker"), Cancel);
        await using INatsJSConsume<string> orders = await consumer.StartConsumeAsync<string>(cancellationToken: Cancel);
        await _context.PublishAsync("orders.1", "one", cancellationToken: Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = orders.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync(cancellationToken: Cancel);
        await _server.JetStream.WaitForAckAsync("ORDERS", "worker", 1, Cancel);

        _server.JetStream.Faults.ChangeLeader("ORDERS");
        await _context.PublishAsync("orders.2", "two", cancellationToken: Cancel);
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal("two", messages.Current.Data);
        Assert.Contains(_connection.Events.ToList(), e => e is NatsConsumerNotificationEvent { Notification: NatsJSNotificationKind.LeadershipChange });
    }

    [Fact]
    public async Task Lost_tail_of_a_stream_is_a_regression()
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        for (int i = 0; i < 3; i++)
        {
            await _context.PublishAsync("s", i, cancellationToken: Cancel);
        }

        _server.JetStream.Faults.DropTail("S", 2);
        PubAckResponse ack = await _context.PublishAsync("s", 3, cancellationToken: Cancel);
        Assert.Equal(2ul, ack.Seq);
        NatsStreamRegressionEvent regression = Assert.Single(_connection.Events.ToList().OfType<NatsStreamRegressionEvent>());
        Assert.Equal("S", regression.Stream);
    }

    [Fact]
    public async Task Lost_ack_of_a_publish_with_an_id_is_resolved_by_a_repetition()
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        _server.JetStream.Faults.LoseAcks("S", 1);
        ValueTask<PubAckResponse> publish = _context.PublishAsync("s", 1, opts: new NatsJSPubOpts { MsgId = "a" }, cancellationToken: Cancel);
        await _server.JetStream.WaitForMessageAsync("S", 1, Cancel);
        _server.Faults.Drop();
        PubAckResponse ack = await publish;
        Assert.Equal((1ul, NatsJSPublishOutcome.Stored), (ack.Seq, ack.Outcome));
        Assert.Single(_server.JetStream.FindStream("S")!.Messages);
    }

    [Fact]
    public async Task Deleted_consumer_ends_its_read()
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        INatsJSConsumer consumer = await _context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C"), Cancel);
        await using INatsJSConsume<string> read = await consumer.StartConsumeAsync<string>(cancellationToken: Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = read.Msgs.GetAsyncEnumerator(Cancel);
        Task<bool> next = messages.MoveNextAsync().AsTask();
        _server.JetStream.Faults.DeleteConsumer("S", "C");
        await Assert.ThrowsAsync<NatsJSConsumerLostException>(() => next);
    }

    [Fact]
    public async Task Key_value_store_reads_writes_and_watches()
    {
        INatsKVStore store = await _connection.CreateKeyValueStoreContext().CreateStoreAsync(new NatsKVConfig("settings") { History = 5 }, Cancel);
        ulong first = await store.CreateAsync("a", "1", cancellationToken: Cancel);
        await store.UpdateAsync("a", "2", first, cancellationToken: Cancel);
        await Assert.ThrowsAsync<NatsKVWrongLastRevisionException>(async () => await store.UpdateAsync("a", "3", first, cancellationToken: Cancel));
        Assert.Equal("2", (await store.GetEntryAsync<string>("a", cancellationToken: Cancel)).Value);
        Assert.Equal("1", (await store.GetEntryAsync<string>("a", first, cancellationToken: Cancel)).Value);
        await store.PutAsync("b", "x", cancellationToken: Cancel);
        await store.DeleteAsync("b", cancellationToken: Cancel);
        await using INatsKVWatch<string> watch = await store.StartWatchAsync<string>(cancellationToken: Cancel);
        var seen = new List<string>();
        await foreach (NatsKVWatchItem<string> item in watch.Items.WithCancellation(Cancel))
        {
            seen.Add(item.Event == NatsKVWatchEvent.Entry ? $"{item.Entry.Operation} {item.Entry.Key}" : item.Event.ToString());
            if (item.Event == NatsKVWatchEvent.Synced)
            {
                break;
            }
        }

        Assert.Equal(["Put a", "Del b", "Synced"], seen);
    }

    [Fact]
    public async Task Views_show_messages_and_pending_acks()
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s.*"]), Cancel);
        INatsJSConsumer consumer = await _context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C"), Cancel);
        await _context.PublishAsync("s.a", "x", cancellationToken: Cancel);
        INatsJSMsg<string>? message = await consumer.NextAsync<string>(cancellationToken: Cancel);
        Assert.Equal([1ul], _server.JetStream.FindConsumer("S", "C")!.AckPending);
        await message!.AckAsync(cancellationToken: Cancel);
        NatsTestServerConsumer acked = await _server.JetStream.WaitForAckAsync("S", "C", 1, Cancel);
        Assert.Empty(acked.AckPending);
        Assert.Equal("x", Assert.Single(_server.JetStream.FindStream("S")!.Messages).Text);
    }
}
