using Earshot.JetStream.Tests.Batches;
using Earshot.JetStream.Tests.Kit;
using Earshot.Timing;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>Waits that end with the connection. The clock does not advance, so that nothing else can end them.</summary>
public sealed class ConnectionEndTests : IAsyncLifetime
{
    private const string Info = """{"config":{"name":"S","subjects":["s"]},"created":"2026-01-01T00:00:00Z","state":{"last_seq":0}}""";

    private const string Tested = "tested";

    private NatsTestServer _server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Call_that_waits_for_its_next_attempt_ends()
    {
        var time = DelayTime.OfFirstRetry();
        await using NatsConnection connection = await ConnectAsync(time);
        Task call = new NatsJSContext(connection, new NatsJSOpts(connection.Opts, apiPrefix: "none")).CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel).AsTask();
        await time.Waits(Cancel);
        await connection.DisposeAsync();

        NatsConnectionClosedException e = await Assert.ThrowsAsync<NatsConnectionClosedException>(() => InTimeAsync(call));
        Assert.Equal(NatsOutcome.NotSent, e.Outcome);
        Assert.Equal(0, TimerQueue.For(time).Count);
    }

    [Fact]
    public async Task Call_that_may_have_had_an_effect_and_waits_for_its_next_attempt_ends_with_an_unknown_outcome()
    {
        await using ScriptedStream api = await ScriptedStream.StartAsync(_server.Url, "silent.>", Cancel);
        var time = DelayTime.OfFirstRetry();
        await using NatsConnection connection = await ConnectAsync(time);
        Task call = new NatsJSContext(connection, new NatsJSOpts(connection.Opts, apiPrefix: "silent")).CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel).AsTask();
        await api.NextAsync();
        _server.Clients.Single(static client => client.Name == Tested).Faults.Drop();
        await time.Waits(Cancel);
        await connection.DisposeAsync();

        NatsJSApiNoResponseException e = await Assert.ThrowsAsync<NatsJSApiNoResponseException>(() => InTimeAsync(call));
        Assert.Equal(NatsOutcome.Unknown, e.Outcome);
    }

    [Fact]
    public async Task Ordered_read_that_waits_for_its_next_attempt_ends()
    {
        await using ScriptedStream api = await ScriptedStream.StartAsync(_server.Url, "refused.>", Cancel);
        api.Answer = request => request.Subject.Contains("STREAM.INFO", StringComparison.Ordinal) ? Info : ScriptedStream.Error(10008, 503);
        var time = new DelayTime(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));
        await using NatsConnection connection = await ConnectAsync(time);
        // The clock does not advance, so that a call of the API has one attempt only where its timeout is shorter than the delay.
        var context = new NatsJSContext(connection, new NatsJSOpts(connection.Opts, apiPrefix: "refused", requestTimeout: TimeSpan.FromMilliseconds(20)));
        INatsJSConsumer consumer = await context.CreateOrderedConsumerAsync("S", cancellationToken: Cancel);
        Task read = consumer.StartConsumeAsync<string>(cancellationToken: Cancel).AsTask();
        await time.Waits(Cancel);
        await connection.DisposeAsync();

        await Assert.ThrowsAsync<NatsConnectionClosedException>(() => InTimeAsync(read));
        Assert.Equal(0, TimerQueue.For(time).Count);
    }

    [Fact]
    public async Task Fast_batch_with_messages_without_an_ack_ends()
    {
        await using BatchRig rig = await BatchRig.StartAsync(",\"allow_batched\":true");
        rig.Stream.Answer = message => message.ReplyTo?.EndsWith(".1.0.$FI", StringComparison.Ordinal) == true ? """{"type":"ack","seq":0,"msgs":10}""" : null;
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        Assert.NotEqual(0, TimerQueue.For(rig.Time).Count);
        await rig.Connection.DisposeAsync();

        await UntilAsync(() => batch.IsClosed && TimerQueue.For(rig.Time).Count == 0);
    }

    [Fact]
    public async Task Ack_on_a_connection_that_has_ended_is_not_sent_and_leaves_no_timer()
    {
        var time = DelayTime.OfFirstRetry();
        await using NatsConnection connection = await ConnectAsync(time);
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("S", ["s"]), Cancel);
        INatsJSConsumer consumer = await context.CreateConsumerAsync("S", new ConsumerConfig("C"), Cancel);
        await context.PublishAsync("s", "1", cancellationToken: Cancel);
        await context.PublishAsync("s", "2", cancellationToken: Cancel);
        INatsJSMsg<string>? first = await consumer.NextAsync<string>(cancellationToken: Cancel);
        INatsJSMsg<string>? msg = await consumer.NextAsync<string>(cancellationToken: Cancel);
        Assert.Equal(NatsJSAckOutcome.Confirmed, await first!.TryAckAsync(new AckOpts { DoubleAck = true }, Cancel));
        await connection.DisposeAsync();

        Assert.Equal(NatsJSAckOutcome.NotSent, await msg!.TryAckAsync(new AckOpts { DoubleAck = true }, Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal(0, TimerQueue.For(time).Count);
    }

    private async Task<NatsConnection> ConnectAsync(TimeProvider time)
    {
        var connection = new NatsConnection(new NatsOpts { Name = Tested, Url = _server.Url, TimeProvider = time, PingInterval = Timeout.InfiniteTimeSpan, ReconnectWaitMin = TimeSpan.Zero, ReconnectWaitMax = TimeSpan.Zero });
        await connection.ConnectAsync(Cancel);
        return connection;
    }

    private static Task InTimeAsync(Task call) => call.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

    private static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
