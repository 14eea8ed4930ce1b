using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>Atomic batches of real servers.</summary>
[BothServers]
public sealed class RealBatchTests(JetStreamServers servers)
{
    [Fact]
    public async Task Batch_is_stored_as_a_whole_with_its_headers()
    {
        await using JetStreamRig rig = await StartAsync();
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        for (int i = 1; i < 250; i++)
        {
            await batch.AddAsync($"{rig.Name}.a", i, cancellationToken: rig.Cancel);
        }

        Assert.Equal(0UL, await LastAsync(rig));
        NatsJSBatchAck ack = await batch.CommitAsync($"{rig.Name}.b", 250, cancellationToken: rig.Cancel);
        Assert.Equal((rig.Name, 250UL, 250L), (ack.Stream, ack.Sequence, ack.Count));
        NatsMsg<int> second = await (await rig.Context.GetStreamAsync(rig.Name, cancellationToken: rig.Cancel)).GetDirectAsync<int>(new StreamMsgGetRequest { Seq = 2 }, cancellationToken: rig.Cancel);
        Assert.Equal((2, ack.Batch, "2"), (second.Data, second.Headers!["Nats-Batch-Id"].ToString(), second.Headers["Nats-Batch-Sequence"].ToString()));
    }

    [Fact]
    public async Task Commit_without_a_message_stores_those_that_were_added()
    {
        await using JetStreamRig rig = await StartAsync();
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync(rig.Name, new NatsJSBatchFlowControl { AckEvery = 0 }, rig.Cancel);
        for (int i = 1; i <= 1000; i++)
        {
            await batch.AddAsync($"{rig.Name}.a", i, cancellationToken: rig.Cancel);
        }

        await Assert.ThrowsAsync<InvalidOperationException>(async () => await batch.AddAsync($"{rig.Name}.a", 1001, cancellationToken: rig.Cancel));
        NatsJSBatchAck ack = await batch.CommitAsync(rig.Cancel);
        Assert.Equal((1000UL, 1000L), (ack.Sequence, ack.Count));
    }

    [Fact]
    public async Task Expectation_of_one_message_rejects_the_whole_batch_at_its_commit()
    {
        await using JetStreamRig rig = await StartAsync();
        await rig.Context.PublishAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        await batch.AddAsync($"{rig.Name}.b", 1, cancellationToken: rig.Cancel);
        await batch.AddAsync($"{rig.Name}.a", 2, opts: new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = 7 }, cancellationToken: rig.Cancel);
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await batch.CommitAsync($"{rig.Name}.c", 3, cancellationToken: rig.Cancel));
        Assert.True(refused.Is(NatsJSErrorCode.StreamWrongLastSequence), refused.Message);
        Assert.Equal(1UL, await LastAsync(rig));

        await using NatsJSBatchPublisher next = await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        await next.AddAsync($"{rig.Name}.a", 2, opts: new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = 1 }, cancellationToken: rig.Cancel);
        Assert.Equal(3UL, (await next.CommitAsync($"{rig.Name}.b", 3, opts: new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = 0 }, cancellationToken: rig.Cancel)).Sequence);
    }

    [Fact]
    public async Task Batch_of_another_stream_has_no_responders()
    {
        await using JetStreamRig rig = await StartAsync();
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        await Assert.ThrowsAsync<NatsJSPublishNoResponseException>(async () => await batch.AddAsync($"elsewhere.{rig.Name}", 1, cancellationToken: rig.Cancel));
        Assert.True(batch.IsRejected);
    }

    [Fact]
    public async Task Known_message_ids_reject_a_batch_with_10201()
    {
        await using JetStreamRig rig = await StartAsync();
        await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: new NatsJSPubOpts { MsgId = "known" }, cancellationToken: rig.Cancel);
        await using NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        await batch.AddAsync($"{rig.Name}.a", 1, opts: new NatsJSBatchMsgOpts { MsgId = "known" }, cancellationToken: rig.Cancel);
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await batch.CommitAsync($"{rig.Name}.a", 2, opts: new NatsJSBatchMsgOpts { MsgId = "new" }, cancellationToken: rig.Cancel));
        Assert.Equal(10201, refused.Error.ErrCode);
        Assert.Equal(1UL, await LastAsync(rig));
    }

    [Fact]
    public async Task Discarded_batch_stores_nothing()
    {
        await using JetStreamRig rig = await StartAsync();
        await using (NatsJSBatchPublisher batch = await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel))
        {
            await batch.AddAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        }

        Assert.Equal(0UL, await LastAsync(rig));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Batch_on_an_old_server_is_refused_before_a_byte()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync();
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.Context.CreateBatchPublisherAsync(rig.Name, cancellationToken: rig.Cancel));
        Assert.Equal(("allow_atomic", 2, 0, NatsOutcome.Rejected), (refused.Field, refused.RequiredLevel, refused.ServerLevel, refused.Outcome));
        Assert.Equal(0UL, await LastAsync(rig));
    }

    private async Task<JetStreamRig> StartAsync()
    {
        JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { AllowAtomicPublish = true, AllowDirect = true });
        return rig;
    }

    private static async Task<ulong> LastAsync(JetStreamRig rig) => (await rig.Context.GetStreamAsync(rig.Name, cancellationToken: rig.Cancel)).Info.State.LastSeq;
}
