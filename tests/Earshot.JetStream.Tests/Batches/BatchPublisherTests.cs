using Earshot.JetStream.Tests.Kit;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>The publisher of atomic batches, with a simulated stream.</summary>
public sealed class BatchPublisherTests
{
    private static readonly TimeSpan s_ackTimeout = TimeSpan.FromSeconds(7); // no other timer has it

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_are_numbered_and_the_first_and_every_nth_are_acknowledged()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = BatchRig.AsServer;
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", new NatsJSBatchFlowControl { AckEvery = 2 }, Cancel);
        var headers = new NatsHeaders { ["mine"] = "1" };
        for (int i = 1; i <= 4; i++)
        {
            await batch.AddAsync("s.a", $"{i}", opts: new NatsJSBatchMsgOpts { MsgId = $"id{i}" }, headers: headers, cancellationToken: Cancel);
        }

        Assert.Equal(4, batch.Count);
        NatsJSBatchAck ack = await batch.CommitAsync("s.b", "5", cancellationToken: Cancel);
        Assert.Equal(("S", 100UL, 5L, 1), (ack.Stream, ack.Sequence, ack.Count, ack.Attempts));
        IReadOnlyList<NatsMsg<string>> got = rig.Stream.Received;
        Assert.Equal(["1", "2", "3", "4", "5"], got.Select(message => message.Data));
        Assert.Equal(["1", "2", "3", "4", "5"], got.Select(message => BatchRig.Header(message, "Nats-Batch-Sequence")));
        Assert.Equal([null, null, null, null, "1"], got.Select(message => BatchRig.Header(message, "Nats-Batch-Commit")));
        Assert.Equal([true, true, false, true, true], got.Select(message => message.ReplyTo is not null));
        Assert.Equal(["id1", "id2", "id3", "id4", null], got.Select(message => BatchRig.Header(message, "Nats-Msg-Id")));
        Assert.All(got, message => Assert.Equal(ack.Batch, BatchRig.Header(message, "Nats-Batch-Id")));
        Assert.Equal(["mine"], headers.Keys); // the headers of the caller are not modified
        Assert.True(batch.IsClosed);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await batch.AddAsync("s.a", "6", cancellationToken: Cancel));
    }

    [Fact]
    public async Task Batch_on_a_stream_without_the_setting_is_refused_before_a_byte()
    {
        await using BatchRig rig = await BatchRig.StartAsync(",\"metadata\":{\"_nats.level\":\"3\"}");
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel));
        Assert.Equal(("allow_atomic", 2, 3), (refused.Field, refused.RequiredLevel, refused.ServerLevel));
        Assert.Empty(rig.Stream.Received);
    }

    [Fact]
    public async Task Ack_of_a_single_message_where_an_empty_answer_is_due_is_no_batch()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = _ => ScriptedStream.Ack(1);
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await batch.AddAsync("s.a", "1", cancellationToken: Cancel));
        Assert.Equal("allow_atomic", refused.Field);
        Assert.True(batch.IsClosed);
    }

    [Fact]
    public async Task Batch_commit_lost_is_resolved_by_ids()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = message => BatchRig.Header(message, "Nats-Batch-Commit") is not null ? null : BatchRig.AsServer(message);
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", opts: new NatsJSBatchMsgOpts { MsgId = "a" }, cancellationToken: Cancel);
        Task<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "2", opts: new NatsJSBatchMsgOpts { MsgId = "b" }, cancellationToken: Cancel).AsTask();
        await rig.Stream.NextAsync();
        NatsMsg<string> first = await rig.Stream.NextAsync();
        rig.Stream.Answer = message => BatchRig.Header(message, "Nats-Batch-Commit") is not null ? ScriptedStream.Error(10201) : BatchRig.AsServer(message);
        await rig.Connection.ReconnectAsync(Cancel);
        NatsJSBatchAck ack = await commit.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal((0UL, 2L, 2), (ack.Sequence, ack.Count, ack.Attempts));
        IReadOnlyList<NatsMsg<string>> got = rig.Stream.Received;
        Assert.Equal(["1", "2", "1", "2"], got.Select(message => message.Data));
        Assert.Equal(["a", "b", "a", "b"], got.Select(message => BatchRig.Header(message, "Nats-Msg-Id")));
        Assert.NotEqual(BatchRig.Header(first, "Nats-Batch-Id"), BatchRig.Header(got[2], "Nats-Batch-Id"));
    }

    [Fact]
    public async Task Batch_commit_without_an_answer_is_sent_again_after_the_timeout()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = _ => null;
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", new NatsJSBatchFlowControl { AckTimeout = s_ackTimeout }, Cancel);
        Task<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "1", opts: new NatsJSBatchMsgOpts { MsgId = "a" }, cancellationToken: Cancel).AsTask();
        await rig.Stream.NextAsync();
        rig.Stream.Answer = BatchRig.AsServer;
        await rig.Time.TimerAsync(s_ackTimeout, Cancel); // the answer is awaited
        rig.Time.Advance(s_ackTimeout);
        Assert.Equal((100UL, 2), ((await commit).Sequence, (await commit).Attempts));
    }

    [Fact]
    public async Task Unknown_commit_without_ids_is_not_sent_again_and_is_reported()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = message => BatchRig.Header(message, "Nats-Batch-Commit") is not null ? null : BatchRig.AsServer(message);
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", opts: new NatsJSBatchMsgOpts { MsgId = "a" }, cancellationToken: Cancel);
        Task<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "2", cancellationToken: Cancel).AsTask(); // this one has no id
        await rig.Stream.NextAsync();
        await rig.Stream.NextAsync();
        Task<NatsUncertainOutcomeEvent> told = rig.NextUncertainAsync();
        await rig.Connection.ReconnectAsync(Cancel);
        NatsJSBatchException unknown = await Assert.ThrowsAsync<NatsJSBatchException>(() => commit);
        Assert.Equal(NatsOutcome.Unknown, unknown.Outcome);
        NatsUncertainOutcomeEvent e = await told;
        Assert.Equal((UncertainOperation.Batch, "s.a", "S", UncertainResult.Unknown, 1), (e.Operation, e.Subject, e.Stream, e.Result, e.Attempts));
        Assert.Equal(2, rig.Stream.Received.Count);
        await Assert.ThrowsAsync<NatsJSBatchException>(async () => await batch.ResendAsync(Cancel));
    }

    [Theory]
    [InlineData(true, UncertainResult.LateStored, 100UL)]
    [InlineData(false, UncertainResult.LateRejected, null)]
    public async Task Late_answer_to_a_commit_is_reported(bool isStored, UncertainResult result, ulong? sequence)
    {
        await using BatchRig rig = await StartAsync();
        (NatsJSBatchPublisher batch, NatsMsg<string> commit) = await UnknownAsync(rig);
        await batch.DisposeAsync(); // does not end the wait for the answer
        Task<NatsUncertainOutcomeEvent> told = rig.NextUncertainAsync();
        await rig.Stream.ReplyAsync(commit, isStored ? BatchRig.BatchAck(commit) : ScriptedStream.Error(10071));
        NatsUncertainOutcomeEvent e = await told;
        Assert.Equal((UncertainOperation.Batch, result, "s.a", "S", sequence, 1), (e.Operation, e.Result, e.Subject, e.Stream, e.StreamSeq, e.Attempts));
        await rig.Stream.ReplyAsync(commit, BatchRig.BatchAck(commit));
        await rig.Connection.PingAsync(Cancel);
        Assert.Equal(2, rig.Connection.Events.ToList().OfType<NatsUncertainOutcomeEvent>().Count()); // the second answer is not reported
    }

    [Fact]
    public async Task Answer_to_a_commit_is_awaited_for_two_minutes()
    {
        await using BatchRig rig = await StartAsync();
        (NatsJSBatchPublisher batch, _) = await UnknownAsync(rig);
        await using (batch)
        {
            Assert.Equal(1, Inboxes(rig));
            rig.Time.Advance(TimeSpan.FromMinutes(2) - TimeSpan.FromSeconds(1));
            await rig.Connection.PingAsync(Cancel);
            Assert.Equal(1, Inboxes(rig));
            rig.Time.Advance(TimeSpan.FromSeconds(2));
            await rig.Connection.PingAsync(Cancel);
            Assert.Equal(0, Inboxes(rig));
        }
    }

    [Fact]
    public async Task Session_lost_before_the_commit_rejects_the_batch_and_ResendAsync_repeats_it()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = BatchRig.AsServer;
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "2", cancellationToken: Cancel);
        await rig.Connection.PingAsync(Cancel); // both are written
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await batch.ResendAsync(Cancel)); // nothing is wrong with it
        await rig.Connection.ReconnectAsync(Cancel);
        NatsJSBatchException lost = await Assert.ThrowsAsync<NatsJSBatchException>(async () => await batch.CommitAsync("s.a", "3", cancellationToken: Cancel));
        Assert.Equal(NatsOutcome.Rejected, lost.Outcome);
        Assert.True(batch.IsRejected);
        await batch.ResendAsync(Cancel);
        Assert.Equal((2, false), (batch.Count, batch.IsRejected));
        NatsJSBatchAck ack = await batch.CommitAsync("s.a", "3", cancellationToken: Cancel);
        Assert.Equal(3, ack.Count);
        Assert.NotEqual(lost.Batch, ack.Batch);
        Assert.Equal(["1", "2", "1", "2", "3"], rig.Stream.Received.Select(message => message.Data));
    }

    [Fact]
    public async Task Silence_of_ten_seconds_is_noticed_before_a_byte()
    {
        await using BatchRig rig = await StartAsync();
        rig.Stream.Answer = BatchRig.AsServer;
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        rig.Time.Advance(TimeSpan.FromSeconds(10));
        NatsJSBatchException silent = await Assert.ThrowsAsync<NatsJSBatchException>(async () => await batch.AddAsync("s.a", "2", cancellationToken: Cancel));
        Assert.Equal(NatsOutcome.Rejected, silent.Outcome);
        Assert.Single(rig.Stream.Received);
    }

    [Fact]
    public async Task Message_without_an_answer_rejects_the_batch()
    {
        await using BatchRig rig = await StartAsync();
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", new NatsJSBatchFlowControl { AckTimeout = s_ackTimeout }, Cancel);
        Task add = batch.AddAsync("s.a", "1", cancellationToken: Cancel).AsTask();
        await rig.Stream.NextAsync();
        await rig.Time.TimerAsync(s_ackTimeout, Cancel); // the answer is awaited
        rig.Time.Advance(s_ackTimeout);
        Assert.Equal(NatsOutcome.Rejected, (await Assert.ThrowsAsync<NatsJSBatchException>(() => add)).Outcome);
    }

    [Fact]
    public async Task Cancelled_commit_is_unknown()
    {
        await using BatchRig rig = await StartAsync();
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task<NatsUncertainOutcomeEvent> told = rig.NextUncertainAsync();
        Task<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "1", cancellationToken: source.Token).AsTask();
        await rig.Stream.NextAsync();
        await source.CancelAsync();
        Assert.Equal(NatsOutcome.Unknown, (await Assert.ThrowsAsync<NatsJSPublishCanceledException>(() => commit)).Outcome);
        Assert.Equal(UncertainOperation.Batch, (await told).Operation);
    }

    [Fact]
    public async Task Answer_without_a_stream_is_no_ack_of_a_commit()
    {
        await using BatchRig rig = await StartAsync();
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        Task<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "1", cancellationToken: Cancel).AsTask();
        NatsMsg<string> sent = await rig.Stream.NextAsync();
        await rig.Stream.ReplyAsync(sent, """{"batch":"b","count":1}"""); // of a service with the same subject
        await rig.Stream.ReplyAsync(sent, BatchRig.BatchAck(sent));
        Assert.Equal(("S", 100UL), await commit is { } ack ? (ack.Stream, ack.Sequence) : default);
    }

    [Fact]
    public async Task Commit_without_a_message_on_a_server_that_needs_one_is_refused()
    {
        await using BatchRig rig = await BatchRig.StartAsync(",\"allow_atomic\":true,\"metadata\":{\"_nats.level\":\"2\"}");
        rig.Stream.Answer = BatchRig.AsServer;
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        Assert.Equal((4, 2), await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await batch.CommitAsync(Cancel)) is { } refused ? (refused.RequiredLevel!.Value, refused.ServerLevel!.Value) : default);
        Assert.Equal(2, (await batch.CommitAsync("s.a", "2", cancellationToken: Cancel)).Count);
    }

    [Fact]
    public async Task Headers_of_batches_are_set_by_the_publisher_only()
    {
        await using BatchRig rig = await StartAsync();
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await batch.AddAsync("s.a", "1", headers: new NatsHeaders { ["nats-batch-id"] = "x" }, cancellationToken: Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
            await rig.Context.CreateBatchPublisherAsync("S", new NatsJSBatchFlowControl { AckTimeout = TimeSpan.Zero }, Cancel));
    }

    private static int Inboxes(BatchRig rig) =>
        rig.Server.Clients.SelectMany(static client => client.Subscriptions).Count(static subject => subject.StartsWith("_INBOX.", StringComparison.Ordinal) && subject.EndsWith('>'));

    // A batch of one message and a commit whose outcome is unknown.
    private static async Task<(NatsJSBatchPublisher Batch, NatsMsg<string> Commit)> UnknownAsync(BatchRig rig)
    {
        rig.Stream.Answer = message => BatchRig.Header(message, "Nats-Batch-Commit") is not null ? null : BatchRig.AsServer(message);
        NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync("S", cancellationToken: Cancel);
        await batch.AddAsync("s.a", "1", cancellationToken: Cancel);
        Task<NatsJSBatchAck> commit = batch.CommitAsync("s.a", "2", cancellationToken: Cancel).AsTask();
        await rig.Stream.NextAsync();
        NatsMsg<string> sent = await rig.Stream.NextAsync();
        Task<NatsUncertainOutcomeEvent> told = rig.NextUncertainAsync();
        await rig.Connection.ReconnectAsync(Cancel);
        await Assert.ThrowsAsync<NatsJSBatchException>(() => commit);
        await told;
        return (batch, sent);
    }

    private static Task<BatchRig> StartAsync() => BatchRig.StartAsync(",\"allow_atomic\":true");
}
