using System.Numerics;
using Earshot.JetStream;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Server.Tests.JetStream;

/// <summary>The client's batches, counters and schedules on a server in the process with a fake clock, in memory.</summary>
public sealed class BatchClientTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2027, 5, 3, 10, 0, 0, TimeSpan.Zero));
    private NatsTestServer _server = null!;
    private NatsConnection _connection = null!;
    private INatsJSContext _context = null!;

    private CancellationToken Cancel => _limit.Token;

    private IReadOnlyList<NatsTestServerStoredMessage> Stored => _server.JetStream.FindStream("S")!.Messages;

    public async ValueTask InitializeAsync()
    {
        _limit.CancelAfter(TimeSpan.FromSeconds(30));
        _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true, Listen = false, TimeProvider = _clock }, Cancel);
        _connection = Connect(TimeProvider.System);
        _context = _connection.CreateJetStreamContext();
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _server.DisposeAsync();
        _limit.Dispose();
    }

    [Fact]
    public async Task Atomic_batch_is_stored_at_its_commit()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowAtomicPublish = true });
        await using NatsJSBatchPublisher batch = await _context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        for (int i = 1; i < 250; i++)
        {
            await batch.AddAsync("s.a", i, cancellationToken: Cancel);
        }

        Assert.Empty(Stored);
        NatsJSBatchAck ack = await batch.CommitAsync("s.b", 250, cancellationToken: Cancel);
        Assert.Equal(("S", 250UL, 250L, 250), (ack.Stream, ack.Sequence, ack.Count, Stored.Count));
    }

    [Fact]
    public async Task Batches_that_are_not_complete_are_lost_with_the_leader()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowAtomicPublish = true, AllowBatchPublish = true });
        await using NatsJSBatchPublisher batch = await _context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await using NatsJSFastPublisher fast = await _context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", 1, cancellationToken: Cancel);
        await fast.AddAsync("s.b", 2, cancellationToken: Cancel);
        _server.JetStream.Faults.ChangeLeader("S");
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await batch.CommitAsync("s.a", 3, cancellationToken: Cancel));
        Assert.Equal((10176, true), (refused.Error.ErrCode, batch.IsRejected));
        await batch.ResendAsync(Cancel);
        Assert.Equal(2, (await batch.CommitAsync("s.a", 3, cancellationToken: Cancel)).Count);
        Assert.Equal(["s.b", "s.a", "s.a"], Stored.Select(message => message.Subject));
    }

    [Fact]
    public async Task Atomic_batch_is_rejected_as_a_whole()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowAtomicPublish = true });
        await _context.PublishAsync("s.a", 1, cancellationToken: Cancel);
        await using NatsJSBatchPublisher batch = await _context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.b", 1, cancellationToken: Cancel);
        await batch.AddAsync("s.a", 2, opts: new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = 7 }, cancellationToken: Cancel);
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await batch.CommitAsync(Cancel));
        Assert.True(refused.Is(NatsJSErrorCode.StreamWrongLastSequence), refused.Message);
        Assert.Single(Stored);
    }

    [Fact]
    public async Task Atomic_batch_is_abandoned_after_ten_seconds()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowAtomicPublish = true });
        await using INatsSub<string> advisories = await _connection.SubscribeCoreAsync<string>("$JS.EVENT.ADVISORY.STREAM.BATCH_ABANDONED.S", cancellationToken: Cancel);
        await using NatsJSBatchPublisher batch = await _context.CreateBatchPublisherAsync("S", new NatsJSBatchFlowControl { AckEvery = 1 }, Cancel);
        await batch.AddAsync("s.a", 1, cancellationToken: Cancel);
        _clock.Advance(TimeSpan.FromSeconds(9));
        await batch.AddAsync("s.a", 2, cancellationToken: Cancel);
        _clock.Advance(TimeSpan.FromSeconds(9));
        await batch.AddAsync("s.a", 3, cancellationToken: Cancel);
        _clock.Advance(TimeSpan.FromSeconds(10));
        NatsMsg<string> advisory = await advisories.Msgs.ReadAsync(Cancel);
        Assert.Contains("\"reason\":\"timeout\"", advisory.Data, StringComparison.Ordinal);
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await batch.CommitAsync(Cancel));
        Assert.Equal(10176, refused.Error.ErrCode);
        Assert.Empty(Stored);
    }

    [Fact]
    public async Task Fast_batch_stores_each_message_in_order()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowBatchPublish = true });
        await using NatsJSFastPublisher batch = await _context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        for (int i = 1; i < 2000; i++)
        {
            await batch.AddAsync("s.a", i, cancellationToken: Cancel);
        }

        NatsJSBatchAck ack = await batch.CommitAsync("s.b", 2000, cancellationToken: Cancel);
        Assert.Equal((2000UL, 2000L, 0L), (ack.Sequence, ack.Count, ack.Lost));
        Assert.Equal(Enumerable.Range(1, 2000).Select(i => $"{i}"), Stored.Select(message => message.Text));
    }

    [Fact]
    public async Task Fast_batch_ends_at_an_unmet_expectation()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowBatchPublish = true });
        await using NatsJSFastPublisher batch = await _context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", 1, cancellationToken: Cancel);
        NatsJSBatchException ended = await Assert.ThrowsAsync<NatsJSBatchException>(async () =>
            await batch.CommitAsync("s.a", 2, opts: new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = 9 }, cancellationToken: Cancel));
        Assert.Equal((NatsOutcome.Rejected, 1L), (ended.Outcome, ended.Stored));
        Assert.Single(Stored);
    }

    [Fact]
    public async Task Fast_batch_continues_after_a_rejected_message()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowBatchPublish = true });
        var told = new TaskCompletionSource<NatsJSFastLoss>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using NatsJSFastPublisher batch = await _context.CreateFastPublisherAsync("S", new NatsJSFastPublisherOpts { Mode = NatsJSFastMode.Ok, OnLost = told.SetResult }, Cancel);
        await batch.AddAsync("s.a", 1, cancellationToken: Cancel);
        await batch.AddAsync("s.a", 2, opts: new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = 9 }, cancellationToken: Cancel);
        await batch.CommitAsync("s.a", 3, cancellationToken: Cancel);
        await told.Task.WaitAsync(Cancel);
        Assert.Equal(["1", "3"], Stored.Select(message => message.Text));
    }

    [Fact]
    public async Task Counter_adds_and_is_read()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowMsgCounter = true, AllowDirect = true });
        NatsJSCounter counter = await _context.GetCounterAsync("S", Cancel);
        Assert.Equal(5, await counter.AddAsync("s.a", 5, cancellationToken: Cancel));
        Assert.Equal(BigInteger.Parse("100000000000000000000000000000005"), await counter.AddAsync("s.a", BigInteger.Pow(10, 32), cancellationToken: Cancel));
        Assert.Equal(-1, await counter.AddAsync("s.b", -1, msgId: "once", cancellationToken: Cancel));
        Assert.Equal(-1, await counter.AddAsync("s.b", -1, msgId: "once", cancellationToken: Cancel));
        Assert.Equal(-1, (await counter.GetAsync("s.b", Cancel))!.Value);
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => (await _context.PublishAsync("s.a", "x", cancellationToken: Cancel)).EnsureSuccess());
        Assert.Equal(10169, refused.Error.ErrCode);
    }

    [Fact]
    public async Task Schedule_publishes_once_at_its_time()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowMsgSchedules = true, AllowMsgTTL = true });
        var headers = new NatsHeaders { ["mine"] = "1" };
        var opts = new NatsMsgScheduleOpts { Ttl = TimeSpan.FromMinutes(5) };
        (await _context.PublishScheduledAsync("s.a", "x", NatsMsgSchedule.At(_clock.GetUtcNow().AddHours(3)), "s.b", opts, headers: headers, cancellationToken: Cancel)).EnsureSuccess();
        _clock.Advance(TimeSpan.FromMinutes(179));
        Assert.Equal("s.a", Assert.Single(Stored).Subject);
        _clock.Advance(TimeSpan.FromMinutes(1));
        NatsTestServerStoredMessage message = Assert.Single(Stored);
        Assert.Equal(("s.b", "x"), (message.Subject, message.Text));
        Assert.False(await _context.CancelScheduledAsync("s.a", Cancel));
        _clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(Stored);
    }

    [Fact]
    public async Task Schedule_repeats_until_it_is_cancelled()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowMsgSchedules = true });
        INatsJSConsumer consumer = await _context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("C") { FilterSubject = "s.b", AckPolicy = ConsumerConfigAckPolicy.None }, Cancel);
        (await _context.PublishScheduledAsync("s.a", 7, NatsMsgSchedule.Every(TimeSpan.FromMinutes(1)), "s.b", cancellationToken: Cancel)).EnsureSuccess();
        foreach (ulong sequence in (ulong[])[2, 3, 4])
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            INatsJSMsg<int> message = (await consumer.NextAsync<int>(cancellationToken: Cancel))!;
            Assert.Equal((7, sequence, "s.a"), (message.Data, message.Metadata!.Value.Sequence.Stream, message.Headers!["Nats-Scheduler"].ToString()));
        }

        Assert.True(await _context.CancelScheduledAsync("s.a", Cancel));
        _clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(3, Stored.Count);
    }

    [Fact]
    public async Task Cron_schedule_publishes_at_the_wall_time_of_its_zone()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowMsgSchedules = true });
        (await _context.PublishScheduledAsync("s.a", 7, NatsMsgSchedule.Cron("0 30 12 * * MON-FRI", "Europe/Berlin"), "s.b", new NatsMsgScheduleOpts { Rollup = true }, cancellationToken: Cancel)).EnsureSuccess();
        _clock.Advance(TimeSpan.FromMinutes(30)); // Monday, 12:30 in Berlin
        Assert.Equal(["s.a", "s.b"], Stored.Select(message => message.Subject));
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal([1ul, 3ul], Stored.Select(message => message.Sequence));
    }

    [Fact]
    public async Task Fault_loses_the_ack_of_a_commit()
    {
        await CreateAsync(new StreamConfig("S", ["s.*"]) { AllowAtomicPublish = true });
        var clock = new FakeTimeProvider(); // of the client, which moves only while the ack that is lost is awaited
        await using NatsConnection connection = Connect(clock);
        var context = new NatsJSContext(connection, new NatsJSOpts(connection.Opts, requestTimeout: TimeSpan.FromDays(1)) { PublishTimeout = TimeSpan.FromDays(1) });
        await using NatsJSBatchPublisher batch = await context.CreateBatchPublisherAsync("S", new NatsJSBatchFlowControl { AckTimeout = TimeSpan.FromMilliseconds(200) }, Cancel);
        await batch.AddAsync("s.a", 1, opts: new NatsJSBatchMsgOpts { MsgId = "one" }, cancellationToken: Cancel);
        _server.JetStream.Faults.LoseAcks("S", 1);
        Task<NatsJSBatchAck> commit = batch.CommitAsync("s.a", 2, opts: new NatsJSBatchMsgOpts { MsgId = "two" }, cancellationToken: Cancel).AsTask();
        await _server.JetStream.WaitForMessageAsync("S", 2, Cancel);
        while (!commit.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMilliseconds(200));
            await connection.PingAsync(Cancel);
        }

        NatsJSBatchAck ack = await commit;
        Assert.Equal((0UL, 2L, 2), (ack.Sequence, ack.Count, Stored.Count)); // resolved by the ids, which do not give the sequence
    }

    private NatsConnection Connect(TimeProvider clock) => new(new NatsOpts
    {
        SocketConnectionFactory = new NatsPipeConnectionFactory((_, attempt) => _server.ConnectInMemoryAsync(attempt)),
        TimeProvider = clock,
    });

    private async Task CreateAsync(StreamConfig config) => await _context.CreateStreamAsync(config, Cancel);
}
