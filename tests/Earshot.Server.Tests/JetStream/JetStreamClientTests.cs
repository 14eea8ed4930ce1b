using Earshot.JetStream;
using Earshot.KeyValueStore;
using Microsoft.Extensions.Time.Testing;
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
    public async Task Ack_whose_subject_is_one_of_another_stream_is_stored_there()
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        await _context.CreateStreamAsync(new StreamConfig("T", ["t"]), Cancel);
        await _connection.PublishAsync("s", 1, replyTo: "t", cancellationToken: Cancel);
        await _server.JetStream.WaitForMessageAsync("T", 1, Cancel);
        Assert.Equal(2ul, (await _context.PublishAsync("s", 2, cancellationToken: Cancel)).Seq);
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

    [Fact]
    public async Task Publish_is_repeated_until_the_stream_has_a_leader_again()
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        _server.JetStream.Faults.MakeUnavailable("S");
        Task<PubAckResponse> publish = _context.PublishAsync("s", 1, cancellationToken: Cancel).AsTask();
        Assert.Empty(_server.JetStream.FindStream("S")!.Messages);
        _server.JetStream.Faults.Restore("S");
        Assert.Equal(1ul, (await publish).Seq);
    }

    [Fact]
    public async Task Pull_continues_when_a_leader_is_elected()
    {
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await StartInMemoryAsync(clock);
        await using NatsConnection connection = Connect(server, TimeProvider.System);
        INatsJSContext context = connection.CreateJetStreamContext();
        await context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        INatsJSConsumer consumer = await context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C"), Cancel);
        await using INatsJSConsume<int> read = await consumer.StartConsumeAsync<int>(cancellationToken: Cancel);
        server.JetStream.Faults.ChangeLeader("S", TimeSpan.FromMilliseconds(300));
        await connection.Events.WhenAsync<NatsConsumerStalledEvent>(0, Cancel);
        clock.Advance(TimeSpan.FromMilliseconds(300));
        await context.PublishAsync("s", 7, cancellationToken: Cancel);
        await foreach (INatsJSMsg<int> message in read.Msgs.WithCancellation(Cancel))
        {
            Assert.Equal(7, message.Data);
            break;
        }

        await connection.Events.WhenAsync<NatsConsumerResumedEvent>(0, Cancel);
    }

    [Fact]
    public async Task Delayed_ack_arrives()
    {
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await StartInMemoryAsync(clock);
        await using NatsConnection connection = Connect(server, clock);
        INatsJSContext context = connection.CreateJetStreamContext();
        await context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        server.JetStream.Faults.DelayAcks("S", TimeSpan.FromMilliseconds(200));
        Task<PubAckResponse> publish = context.PublishAsync("s", 1, cancellationToken: Cancel).AsTask();
        await server.JetStream.WaitForMessageAsync("S", 1, Cancel);
        clock.Advance(TimeSpan.FromMilliseconds(199));
        await connection.PingAsync(Cancel);
        Assert.False(publish.IsCompleted);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1ul, (await publish).Seq);
    }

    [Fact]
    public async Task Full_stream_rejects()
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        _server.JetStream.Faults.Fill("S");
        NatsResult<PubAckResponse> result = await _context.TryPublishAsync("s", 1, cancellationToken: Cancel);
        Assert.Equal(10023, Assert.IsType<NatsJSApiException>(result.Success ? result.Value.Error is { } error ? new NatsJSApiException(error) : null : result.Error).Error.ErrCode);
    }

    [Fact]
    public async Task Silent_consumer_is_an_alarm()
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        INatsJSConsumer consumer = await _context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C"), Cancel);
        _server.JetStream.Faults.SilenceConsumer("S", "C");
        await using INatsJSConsume<int> read = await consumer.StartConsumeAsync<int>(
            opts: new NatsJSConsumeOpts { Expires = TimeSpan.FromSeconds(2), IdleHeartbeat = TimeSpan.FromSeconds(0.5) }, cancellationToken: Cancel);
        NatsHeartbeatAlarmEvent alarm = await _connection.Events.WhenAsync<NatsHeartbeatAlarmEvent>(0, Cancel);
        Assert.Equal("C", alarm.Consumer.Name);
    }

    [Fact]
    public async Task Duplicate_is_delivered_a_second_time()
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        INatsJSConsumer consumer = await _context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C"), Cancel);
        _server.JetStream.Faults.DuplicateDeliveries("S", "C");
        await _context.PublishAsync("s", 1, cancellationToken: Cancel);
        INatsJSMsg<int>? first = await consumer.NextAsync<int>(cancellationToken: Cancel);
        INatsJSMsg<int>? second = await consumer.NextAsync<int>(cancellationToken: Cancel);
        Assert.Equal((1ul, 1ul, 2ul), (first!.Metadata!.Value.Sequence.Stream, second!.Metadata!.Value.Sequence.Stream, second.Metadata.Value.NumDelivered));
    }

    [Fact]
    public async Task Silent_api_answers_again_after_its_end()
    {
        _server.JetStream.Faults.SilenceApi();
        var impatient = new NatsJSContext(_connection, new NatsJSOpts(_connection.Opts, requestTimeout: TimeSpan.FromMilliseconds(200)));
        await Assert.ThrowsAsync<NatsJSApiNoResponseException>(async () => await impatient.GetAccountInfoAsync(Cancel));
        _server.JetStream.Faults.RestoreApi();
        Assert.Equal(0, (await _context.GetAccountInfoAsync(Cancel)).Streams);
    }

    [Fact]
    public async Task Fake_clock_expires_messages_and_deliveries()
    {
        var clock = new FakeTimeProvider();
        await using NatsTestServer server = await StartInMemoryAsync(clock);
        await using NatsConnection connection = Connect(server, TimeProvider.System);
        INatsJSContext context = connection.CreateJetStreamContext();
        await context.CreateStreamAsync(new StreamConfig("S", ["s"]) { MaxAge = TimeSpan.FromHours(1) }, Cancel);
        INatsJSConsumer consumer = await context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C") { AckWait = TimeSpan.FromMinutes(10) }, Cancel);
        await context.PublishAsync("s", 1, cancellationToken: Cancel);
        INatsJSMsg<int>? first = await consumer.NextAsync<int>(cancellationToken: Cancel);
        clock.Advance(TimeSpan.FromMinutes(10));
        INatsJSMsg<int>? again = await consumer.NextAsync<int>(cancellationToken: Cancel);
        Assert.Equal((1ul, 2ul), (first!.Metadata!.Value.NumDelivered, again!.Metadata!.Value.NumDelivered));
        clock.Advance(TimeSpan.FromMinutes(51));
        Assert.Empty(server.JetStream.FindStream("S")!.Messages);
    }

    [Theory]
    [InlineData("STREAM.CREATE.T", """{"name":"T","subjects":[null]}""")]
    [InlineData("STREAM.CREATE.T", """{"name":null}""")]
    [InlineData("STREAM.CREATE.T", """{"name":"T","retention":null}""")]
    [InlineData("STREAM.CREATE.T", """{"name":"T","max_age":99999999999999999999}""")]
    [InlineData("STREAM.CREATE.T", "null")]
    [InlineData("STREAM.CREATE.T", "[]")]
    [InlineData("STREAM.INFO.S", "{")]
    [InlineData("STREAM.INFO.S", """{"subjects_filter":null}""")]
    [InlineData("STREAM.NAMES", """{"subject":null,"offset":-5}""")]
    [InlineData("STREAM.PURGE.S", """{"filter":null,"keep":18446744073709551615}""")]
    [InlineData("STREAM.MSG.GET.S", """{"last_by_subj":null,"seq":18446744073709551615}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":null}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","filter_subjects":[null]}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","ack_policy":null}}""")]
    [InlineData("CONSUMER.PAUSE.S.D", """{"pause_until":"not a time"}""")]
    [InlineData("DIRECT.GET.S", """{"multi_last":[null]}""")]
    [InlineData("DIRECT.GET.S", """{"seq":1,"batch":2147483647,"max_bytes":-1}""")]
    [InlineData("CONSUMER.MSG.NEXT.S.D", """{"batch":-1,"expires":-1,"no_wait":true}""")]
    public async Task Hostile_request_is_answered_and_costs_nothing_else(string subject, string body)
    {
        await _context.CreateStreamAsync(new StreamConfig("S", ["s"]) { AllowDirect = true }, Cancel);
        await _context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("D"), Cancel);
        NatsMsg<string> answer = await _connection.RequestAsync<string, string>($"$JS.API.{subject}", body, cancellationToken: Cancel);
        Assert.True(answer.Data?.Length > 0 || answer.Headers is not null, "an answer");
        Assert.Equal(1ul, (await _context.PublishAsync("s", 1, cancellationToken: Cancel)).Seq);
        Assert.Equal(1, _connection.Stats.Connects);
    }

    private Task<NatsTestServer> StartInMemoryAsync(FakeTimeProvider clock) =>
        NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, Listen = false, TimeProvider = clock }, Cancel);

    private static NatsConnection Connect(NatsTestServer server, TimeProvider clock) => new(new NatsOpts
    {
        SocketConnectionFactory = new NatsPipeConnectionFactory((_, attempt) => server.ConnectInMemoryAsync(attempt)),
        TimeProvider = clock,
    });
}
