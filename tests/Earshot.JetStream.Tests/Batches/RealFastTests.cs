using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Batches;

/// <summary>Fast batches of real servers.</summary>
[BothServers]
public sealed class RealFastTests(JetStreamServers servers)
{
    [Fact]
    public async Task Messages_are_stored_in_order()
    {
        await using JetStreamRig rig = await StartAsync();
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        for (int i = 1; i < 2000; i++)
        {
            await batch.AddAsync($"{rig.Name}.{i % 3}", i, cancellationToken: rig.Cancel);
        }

        Assert.True(batch.Acked >= 1700, $"{batch.Acked} have their ack");
        NatsJSBatchAck ack = await batch.CommitAsync($"{rig.Name}.a", 2000, cancellationToken: rig.Cancel);
        Assert.Equal((rig.Name, 2000UL, 2000L, 0L), (ack.Stream, ack.Sequence, ack.Count, ack.Lost));
        List<int> got = await rig.Context.GetBatchDirectAsync<int>(rig.Name, new StreamMsgBatchGetRequest { Batch = 2000 }, cancellationToken: rig.Cancel).Select(message => message.Data).ToListAsync(rig.Cancel);
        Assert.Equal(Enumerable.Range(1, 2000), got);
    }

    [Fact]
    public async Task Commit_without_a_message_and_batch_of_one()
    {
        await using JetStreamRig rig = await StartAsync();
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await batch.CommitAsync(rig.Cancel));
        await batch.AddAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        Assert.Equal((1UL, 1L), await batch.CommitAsync(rig.Cancel) is var ack ? (ack.Sequence, ack.Count) : default);
        await using NatsJSFastPublisher one = await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        Assert.Equal((2UL, 1L), await one.CommitAsync($"{rig.Name}.a", 2, cancellationToken: rig.Cancel) is var other ? (other.Sequence, other.Count) : default);
    }

    [Fact]
    public async Task Unmet_expectation_ends_the_batch_with_the_message_before_it()
    {
        await using JetStreamRig rig = await StartAsync();
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        await batch.AddAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        NatsJSBatchException ended = await Assert.ThrowsAsync<NatsJSBatchException>(async () =>
            await batch.CommitAsync($"{rig.Name}.a", 2, opts: new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = 9 }, cancellationToken: rig.Cancel));
        Assert.Equal((NatsOutcome.Rejected, 1L), (ended.Outcome, ended.Stored));
        Assert.True(Assert.IsType<NatsJSApiException>(ended.InnerException).Is(NatsJSErrorCode.StreamWrongLastSequence));
        Assert.Equal(1UL, await LastAsync(rig));
    }

    [Fact]
    public async Task Unmet_expectation_is_reported_while_the_batch_continues()
    {
        await using JetStreamRig rig = await StartAsync();
        var told = new TaskCompletionSource<NatsJSFastLoss>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, new NatsJSFastPublisherOpts { Mode = NatsJSFastMode.Ok, OnLost = told.SetResult }, rig.Cancel);
        await batch.AddAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        await batch.AddAsync($"{rig.Name}.a", 2, opts: new NatsJSBatchMsgOpts { ExpectedLastSubjectSequence = 9 }, cancellationToken: rig.Cancel);
        NatsJSBatchAck ack = await batch.CommitAsync($"{rig.Name}.a", 3, cancellationToken: rig.Cancel);
        Assert.Equal((3L, 1L, 2UL), (ack.Count, ack.Lost, ack.Sequence));
        NatsJSFastLoss loss = await told.Task.WaitAsync(rig.Cancel);
        Assert.Equal((2L, 2L, 10071), (loss.First, loss.Last, loss.Error?.ErrCode));
    }

    [Fact]
    public async Task Subject_without_a_stream_has_no_responders()
    {
        await using JetStreamRig rig = await StartAsync();
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        await Assert.ThrowsAsync<NatsJSPublishNoResponseException>(async () => await batch.AddAsync($"elsewhere.{rig.Name}", 1, cancellationToken: rig.Cancel));
        Assert.True(batch.IsClosed);
    }

    [Fact]
    public async Task Reconnect_in_the_middle_stores_each_message_once()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest, opts: new NatsOpts { ReconnectWaitMin = TimeSpan.Zero, ReconnectWaitMax = TimeSpan.FromMilliseconds(1) });
        await rig.CreateStreamAsync(config => config with { AllowBatchPublish = true, AllowDirect = true });
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        for (int i = 1; i <= 1000; i++)
        {
            await batch.AddAsync($"{rig.Name}.a", i, cancellationToken: rig.Cancel);
            if (i % 250 == 120)
            {
                await rig.Connection.ReconnectAsync(rig.Cancel);
            }
        }

        NatsJSBatchAck ack = await batch.CommitAsync(rig.Cancel);
        Assert.Equal((1000L, 0L), (ack.Count, ack.Lost));
        List<int> got = await rig.Context.GetBatchDirectAsync<int>(rig.Name, new StreamMsgBatchGetRequest { Batch = 2000 }, cancellationToken: rig.Cancel).Select(message => message.Data).ToListAsync(rig.Cancel);
        Assert.Equal(Enumerable.Range(1, 1000), got);
    }

    [Fact]
    public async Task Killed_server_in_the_middle_stores_each_message_once()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(server, opts: new NatsOpts { ReconnectWaitMin = TimeSpan.FromMilliseconds(5), ReconnectWaitMax = TimeSpan.FromMilliseconds(20), MaxReconnectRetry = -1 });
        await rig.CreateStreamAsync(config => config with { AllowBatchPublish = true, AllowDirect = true, Storage = StreamConfigStorage.File });
        await using NatsJSFastPublisher batch = await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel);
        for (int i = 1; i <= 400; i++)
        {
            await batch.AddAsync($"{rig.Name}.a", i, cancellationToken: rig.Cancel);
            if (i == 150)
            {
                await server.RestartAsync(rig.Cancel);
            }
        }

        NatsJSBatchAck ack = await batch.CommitAsync($"{rig.Name}.a", 401, cancellationToken: rig.Cancel);
        Assert.Equal(401L, ack.Count);
        List<int> got = await rig.Context.GetBatchDirectAsync<int>(rig.Name, new StreamMsgBatchGetRequest { Batch = 2000 }, cancellationToken: rig.Cancel).Select(message => message.Data).ToListAsync(rig.Cancel);
        Assert.Equal(Enumerable.Range(1, 401), got);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Fast_batch_on_an_old_server_is_refused_before_a_byte()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync();
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.Context.CreateFastPublisherAsync(rig.Name, cancellationToken: rig.Cancel));
        Assert.Equal(("allow_batched", 4, 0, NatsOutcome.Rejected), (refused.Field, refused.RequiredLevel, refused.ServerLevel, refused.Outcome));
        Assert.Equal(0UL, await LastAsync(rig));
    }

    private async Task<JetStreamRig> StartAsync()
    {
        JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { AllowBatchPublish = true, AllowDirect = true });
        return rig;
    }

    private static async Task<ulong> LastAsync(JetStreamRig rig) => (await rig.Context.GetStreamAsync(rig.Name, cancellationToken: rig.Cancel)).Info.State.LastSeq;
}
