using Earshot.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Consumers;

/// <summary>A wait reads what it waits for, and copies a stream or a consumer once: when it ends.</summary>
public sealed class ViewWaitTests : IAsyncLifetime
{
    private const int Messages = 500;
    private const int Changes = 100;

    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;

    private CancellationToken Cancel => _limit.Token;

    private NatsTestServerJetStream JetStream => _server.JetStream;

    public async ValueTask InitializeAsync()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(30));
        _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, Listen = false }, Cancel);
        _connection = new NatsConnection(new NatsOpts { SocketConnectionFactory = new NatsPipeConnectionFactory((_, attempt) => _server.ConnectInMemoryAsync(attempt)) });
        INatsJSContext context = _connection.CreateJetStreamContext();
        await context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        INatsJSConsumer consumer = await context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C"), Cancel);
        for (int i = 0; i < Messages; i++)
        {
            await context.PublishAsync("s", i, cancellationToken: Cancel);
        }

        await foreach (INatsJSMsg<int> msg in consumer.FetchAsync<int>(new NatsJSFetchOpts { MaxMsgs = Messages }, cancellationToken: Cancel))
        {
            Assert.Equal(1ul, msg.Metadata!.Value.NumDelivered);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Wait_for_a_message_does_not_copy_the_stream_at_each_change()
    {
        Task<NatsTestServerStream> waiting = JetStream.WaitForMessageAsync("S", Messages + 1, Cancel);
        Assert.InRange(BytesPerChange(), 0, 1024);

        await _connection.CreateJetStreamContext().PublishAsync("s", Messages, cancellationToken: Cancel);
        Assert.Equal(Messages + 1, (await waiting).Messages.Count);
    }

    [Fact]
    public async Task Wait_for_an_ack_does_not_copy_the_consumer_at_each_change()
    {
        Task<NatsTestServerConsumer> waiting = JetStream.WaitForAckAsync("S", "C", 1, Cancel);
        Assert.InRange(BytesPerChange(), 0, 1024);

        await _connection.PublishAsync("$JS.ACK.S.C.1.1.1.0.0", "+ACK", cancellationToken: Cancel);
        Assert.Equal(Messages - 1, (await waiting).AckPending.Count);
    }

    [Fact]
    public async Task Wait_ends_with_the_stream_or_the_consumer_that_was_there_before()
    {
        Assert.Equal(Messages, (await JetStream.WaitForMessageAsync("S", 1, Cancel)).Messages.Count);
        Assert.Equal(Messages, (await JetStream.WaitForConsumerAsync("S", "C", Cancel)).AckPending.Count);
    }

    // The changes are made by this thread, and what waits is notified of them by the same.
    private long BytesPerChange()
    {
        JetStream.Faults.LoseAcks("S", 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Changes; i++)
        {
            JetStream.Faults.LoseAcks("S", 0);
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Changes;
    }
}
