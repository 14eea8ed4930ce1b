using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Features;

/// <summary>Direct reads of several messages, on real servers.</summary>
[BothServers]
public sealed class BatchGetTests(JetStreamServers servers)
{
    [Fact]
    public async Task Messages_are_returned_in_order_up_to_the_limit()
    {
        await using JetStreamRig rig = await StartAsync(10);
        StreamMsgBatchGetEnd? end = null;
        List<NatsMsg<int>> got = await rig.Context.GetBatchDirectAsync<int>(rig.Name, new StreamMsgBatchGetRequest { Batch = 4 }, ended: e => end = e, cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);
        Assert.Equal([1, 2, 3, 4], got.Select(message => message.Data)); // without a start it begins with the first one
        Assert.Equal(["9", "8", "7", "6"], got.Select(message => message.Headers!["Nats-Num-Pending"].ToString()));
        Assert.Equal(new StreamMsgBatchGetEnd { NumPending = 6, LastSequence = 4 }, end);
        got = await rig.Context.GetBatchDirectAsync<int>(rig.Name, new StreamMsgBatchGetRequest { Batch = 100, Seq = end!.LastSequence + 1 }, ended: e => end = e, cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);
        Assert.Equal((6, 10, 0UL), (got.Count, got[^1].Data, end!.NumPending));
    }

    [Fact]
    public async Task Subject_start_time_and_bytes_limit_the_messages()
    {
        await using JetStreamRig rig = await StartAsync(10);
        Assert.Equal([2, 6, 10], await ReadAsync(rig, new StreamMsgBatchGetRequest { Batch = 10, NextBySubj = $"{rig.Name}.2" }));
        Assert.Equal([6, 10], await ReadAsync(rig, new StreamMsgBatchGetRequest { Batch = 10, NextBySubj = $"{rig.Name}.2", Seq = 3 }));
        Assert.Equal(10, (await ReadAsync(rig, new StreamMsgBatchGetRequest { Batch = 10, StartTime = DateTimeOffset.UtcNow.AddHours(-1) })).Count);
        Assert.Empty(await ReadAsync(rig, new StreamMsgBatchGetRequest { Batch = 10, Seq = 100 })); // 404
        Assert.True((await ReadAsync(rig, new StreamMsgBatchGetRequest { Batch = 10, MaxBytes = 1 })) is [1]);
    }

    [Fact]
    public async Task Last_messages_of_several_subjects_are_read_in_pages_of_one_state()
    {
        await using JetStreamRig rig = await StartAsync(10);
        StreamMsgBatchGetEnd? end = null;
        var first = new StreamMsgBatchGetRequest { MultiLast = [$"{rig.Name}.>"], Batch = 3 };
        List<NatsMsg<int>> got = await rig.Context.GetBatchDirectAsync<int>(rig.Name, first, ended: e => end = e, cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);
        Assert.Equal([7, 8, 9], got.Select(message => message.Data));
        Assert.Equal(new StreamMsgBatchGetEnd { NumPending = 1, LastSequence = 9, UpToSequence = 10 }, end);
        await rig.Context.PublishAsync($"{rig.Name}.2", 11, cancellationToken: rig.Cancel);
        Assert.Equal([10], await ReadAsync(rig, first with { Seq = end!.LastSequence + 1, UpToSeq = end.UpToSequence }));
        Assert.Equal([7, 8, 9, 11], await ReadAsync(rig, first with { Batch = 0 }));
        Assert.Equal([2, 3], await ReadAsync(rig, new StreamMsgBatchGetRequest { MultiLast = [$"{rig.Name}.2", $"{rig.Name}.3"], UpToSeq = 3 }));
        Assert.Equal(4, (await ReadAsync(rig, new StreamMsgBatchGetRequest { MultiLast = [$"{rig.Name}.>"], UpToTime = DateTimeOffset.UtcNow.AddHours(1) })).Count);
        Assert.Empty(await ReadAsync(rig, new StreamMsgBatchGetRequest { MultiLast = [$"{rig.Name}.none"] })); // 404
    }

    [Fact]
    public async Task Too_many_subjects_are_status_413()
    {
        await using JetStreamRig rig = await StartAsync(0);
        await using (NatsJSPublisher publisher = rig.Context.CreatePublisher(new NatsJSPublisherOpts { UseMsgIds = false }))
        {
            for (int i = 0; i < 1025; i++)
            {
                await publisher.PublishAsync($"{rig.Name}.{i}", i, cancellationToken: rig.Cancel);
            }
        }

        NatsJSProtocolException refused = await Assert.ThrowsAsync<NatsJSProtocolException>(() => ReadAsync(rig, new StreamMsgBatchGetRequest { MultiLast = [$"{rig.Name}.>"] }));
        Assert.Equal(413, refused.HeaderCode);
    }

    [Fact]
    public async Task Large_and_empty_messages_are_complete()
    {
        await using JetStreamRig rig = await StartAsync(0);
        byte[] large = new byte[100_000];
        for (int i = 0; i < 40; i++)
        {
            await rig.Context.PublishAsync($"{rig.Name}.a", i % 2 == 0 ? large : [], cancellationToken: rig.Cancel);
        }

        List<NatsMsg<byte[]>> got = await rig.Context.GetBatchDirectAsync<byte[]>(rig.Name, new StreamMsgBatchGetRequest { Batch = 40 }, cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);
        Assert.Equal(40, got.Count);
        Assert.Equal(20 * large.Length, got.Sum(message => message.Data?.Length ?? 0));
    }

    [Fact]
    public async Task Stream_without_direct_get_is_a_clear_error()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        NatsJSApiNoResponseException refused = await Assert.ThrowsAsync<NatsJSApiNoResponseException>(() => ReadAsync(rig, new StreamMsgBatchGetRequest { Batch = 1 }));
        Assert.Contains("does not allow direct get", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_that_is_not_valid_is_refused_before_a_byte()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        StreamMsgBatchGetRequest[] wrong =
        [
            new(), new() { Batch = -1 }, new() { Batch = 1, MaxBytes = -1 }, new() { MultiLast = [] }, new() { MultiLast = [.. Enumerable.Range(0, 1025).Select(i => $"a.{i}")] },
            new() { MultiLast = ["a"], NextBySubj = "a" }, new() { Batch = 1, UpToSeq = 1 }, new() { Batch = 1, Seq = 1, StartTime = DateTimeOffset.UtcNow },
            new() { MultiLast = ["a"], UpToSeq = 1, UpToTime = DateTimeOffset.UtcNow },
        ];
        Assert.All(wrong, request => Assert.ThrowsAny<ArgumentException>(() => rig.Context.GetBatchDirectAsync<int>(rig.Name, request, cancellationToken: rig.Cancel)));
        Assert.ThrowsAny<ArgumentException>(() => rig.Context.GetBatchDirectAsync<int>("a b", new StreamMsgBatchGetRequest { Batch = 1 }, cancellationToken: rig.Cancel));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Old_server_does_not_support_several_messages()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync(config => config with { AllowDirect = true });
        await rig.Context.PublishAsync($"{rig.Name}.a", 1, cancellationToken: rig.Cancel);
        Assert.Equal("batch", (await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(() => ReadAsync(rig, new StreamMsgBatchGetRequest { Batch = 2 }))).Field);
        Assert.Equal("multi_last", (await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(() => ReadAsync(rig, new StreamMsgBatchGetRequest { MultiLast = [$"{rig.Name}.>"] }))).Field);
    }

    private static async Task<List<int>> ReadAsync(JetStreamRig rig, StreamMsgBatchGetRequest request) =>
        await rig.Context.GetBatchDirectAsync<int>(rig.Name, request, cancellationToken: rig.Cancel).Select(message => message.Data).ToListAsync(rig.Cancel);

    private async Task<JetStreamRig> StartAsync(int messages)
    {
        JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { AllowDirect = true });
        for (int i = 1; i <= messages; i++)
        {
            await rig.Context.PublishAsync($"{rig.Name}.{i % 4}", i, cancellationToken: rig.Cancel); // subjects 0 to 3
        }

        return rig;
    }
}
