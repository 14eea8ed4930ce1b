using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>Batches that wait for a session, with a simulated stream.</summary>
public sealed class BatchSessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Session_that_starts_while_the_writer_begins_to_wait_for_it_is_not_missed(int reading)
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = BatchRig.AsServer;
        await using NatsJSBatchPublisher batch = await new NatsJSContext(rig.Connection, new NatsJSOpts(rig.Connection.Opts) { PublishTimeout = TimeSpan.FromHours(1) }).CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await LoseSessionAsync(rig);

        rig.Time.RunAtReading(reading, () => Connect(rig));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        ValueTask<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "1", cancellationToken: limit.Token);
        if (!rig.Time.HasRun)
        {
            Connect(rig); // the writer reads the clock less often
        }

        Assert.Equal(1, (await commit).Count);
    }

    [Fact]
    public async Task Drain_of_the_connection_waits_for_the_answer_to_a_commit()
    {
        await using BatchRig rig = await StartAsync();
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        Task<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "1", cancellationToken: Cancel).AsTask();
        NatsMsg<string> sent = await rig.Stream.NextAsync();
        Task drain = rig.Connection.DrainAsync(Cancel).AsTask();
        Assert.True(SpinWait.SpinUntil(() => rig.Connection.ConnectionState == NatsConnectionState.DrainingSubscriptions, TimeSpan.FromSeconds(30)));
        await rig.Stream.ReplyAsync(sent, BatchRig.BatchAck(sent));
        Assert.Equal(1, (await commit.WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Count);
        await drain.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task End_of_the_connection_makes_a_commit_unknown_and_an_open_batch_rejected()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = message => BatchRig.Header(message, "Nats-Batch-Commit") is null ? BatchRig.AsServer(message) : null;
        await using NatsJSBatchPublisher committed = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await using NatsJSBatchPublisher open = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await using NatsJSFastPublisher fast = await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        await open.AddAsync("s.a", "1", cancellationToken: Cancel);
        await rig.Stream.NextAsync();
        Task<NatsJSBatchAck> commit = committed.CommitAsync("s.a", "1", cancellationToken: Cancel).AsTask();
        await rig.Stream.NextAsync();
        Task add = fast.AddAsync("s.a", "1", cancellationToken: Cancel).AsTask();
        await rig.Stream.NextAsync();
        await rig.Connection.DisposeAsync();
        Assert.Equal(NatsOutcome.Unknown, (await Assert.ThrowsAsync<NatsJSBatchException>(() => commit.WaitAsync(TimeSpan.FromSeconds(30), Cancel))).Outcome);
        Assert.Equal(NatsOutcome.Unknown, (await Assert.ThrowsAsync<NatsJSBatchException>(() => add.WaitAsync(TimeSpan.FromSeconds(30), Cancel))).Outcome);
        Assert.Equal(NatsOutcome.Rejected, (await Assert.ThrowsAsync<NatsJSBatchException>(async () => await open.CommitAsync(Cancel))).Outcome);
        Assert.True(open.IsRejected);
        Assert.True(committed.IsClosed && fast.IsClosed);
    }

    [Fact]
    public async Task Inbox_is_unsubscribed_with_the_outcome_and_not_only_by_dispose()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = _ => ScriptedStream.Ack(1); // of a server without batches
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await using NatsJSFastPublisher fast = await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        int before = Subscriptions(rig); // with the inbox of requests
        await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await batch.AddAsync("s.a", "1", cancellationToken: Cancel));
        await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await fast.AddAsync("s.a", "1", cancellationToken: Cancel));
        await rig.Connection.PingAsync(Cancel);
        Assert.Equal(before, Subscriptions(rig));
    }

    [Fact]
    public async Task Denied_inbox_is_subscribed_anew_when_the_batch_is_sent_again()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = BatchRig.AsServer;
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        NatsTestServerClient client = rig.Server.Clients.Single(static client => client.Name == "batch");
        client.Faults.ChangePermissions(new NatsTestServerPermissions { SubscribeDeny = ["_INBOX.>"] });
        await Assert.ThrowsAsync<NatsPermissionViolationException>(async () => await batch.AddAsync("s.a", "1", cancellationToken: Cancel));
        Assert.True(batch.IsRejected);
        client.Faults.ChangePermissions(new NatsTestServerPermissions());
        await batch.ResendAsync(Cancel);
        Assert.Equal(1, batch.Count);
    }

    [Fact]
    public async Task Commit_to_a_denied_subject_is_rejected_immediately()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = BatchRig.AsServer;
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        rig.Server.Clients.Single(static client => client.Name == "batch").Faults.ChangePermissions(new NatsTestServerPermissions { PublishDeny = ["s.denied"] });
        await Assert.ThrowsAsync<NatsPermissionViolationException>(async () => await batch.CommitAsync("s.denied", "2", cancellationToken: Cancel));
        Assert.True(batch.IsRejected);
    }

    [Fact]
    public async Task Cancelled_call_of_a_fast_batch_does_not_wait_for_a_session_and_its_message_is_sent_later()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = FastPublisherTests.AsServer;
        await using NatsJSFastPublisher fast = await rig.Context.CreateFastPublisherAsync("S", cancellationToken: Cancel);
        await LoseSessionAsync(rig);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task add = fast.AddAsync("s.a", "1", cancellationToken: source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => add.WaitAsync(TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal((1L, false), (fast.Count, fast.IsClosed));
        rig.Server.Faults.AcceptConnections();
        await rig.Connection.ReconnectAsync(Cancel);
        Assert.Equal((1L, 0L), await fast.CommitAsync(Cancel) is var ack ? (ack.Count, ack.Lost) : default);
        Assert.Equal("1", rig.Stream.Received[0].Data);
    }

    private static Task<BatchRig> StartAsync() => BatchRig.StartAsync(
        ",\"allow_atomic\":true,\"allow_batched\":true", new NatsOpts { Name = "batch", ReconnectWaitMin = TimeSpan.FromMinutes(1), ReconnectWaitMax = TimeSpan.FromMinutes(1) });

    private static int Subscriptions(BatchRig rig) => rig.Server.Clients.Single(static client => client.Name == "batch").Subscriptions.Count;

    private static async Task LoseSessionAsync(BatchRig rig)
    {
        var delayed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Connection.Events.On<NatsReconnectDelayEvent>(_ => delayed.TrySetResult());
        rig.Server.Faults.RefuseConnections();
        rig.Server.Clients.Single(static client => client.Name == "batch").Faults.Drop();
        await delayed.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    // On the thread of the writer, which continues when the session is there.
    private static void Connect(BatchRig rig)
    {
        rig.Server.Faults.AcceptConnections();
        rig.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.True(SpinWait.SpinUntil(() => rig.Connection.ConnectionState == NatsConnectionState.Open, TimeSpan.FromSeconds(30)));
    }
}
