using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Consumes messages from a real server.</summary>
[BothServers]
public sealed class ConsumeTests(JetStreamServers servers)
{
    [Fact]
    public async Task Messages_are_delivered_in_order_and_their_acks_reach_the_server()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(3000);
        List<int> read = await rig.ReadAsync(3000);
        ConsumerInfo info = await rig.WhenAsync(info => info is { NumAckPending: 0, NumWaiting: 0, NumPending: 0 });

        Assert.Equal(3000, read.Distinct().Count());
        Assert.Equal((3000UL, 3000UL, 0UL), (info.AckFloor.StreamSeq, info.Delivered.ConsumerSeq, info.NumPending));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Consume_works_with_the_oldest_server()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Oldest);
        await rig.StoreAsync(200);

        Assert.Equal(Enumerable.Range(0, 200), await rig.ReadAsync(200, new NatsJSConsumeOpts { MaxMsgs = 7 }));
    }

    [Fact]
    public async Task Metadata_contains_the_position_of_the_message()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        DateTimeOffset before = DateTimeOffset.UtcNow;
        await rig.StoreAsync(3);
        await rig.WhenAsync(info => info.NumPending == 3); // the consumer counts what is stored later than the ack of the store
        await rig.ReadAsync(1);
        INatsJSMsg<string>? msg = await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel);
        NatsJSMsgMetadata metadata = msg!.Metadata!.Value;

        Assert.Equal((rig.Rig.Name, "worker", ""), (metadata.Stream, metadata.Consumer, metadata.Domain));
        Assert.Equal(metadata.Sequence.Consumer + metadata.NumPending, metadata.NumDelivered > 1 ? metadata.Sequence.Consumer + metadata.NumPending : 3UL);
        Assert.InRange(metadata.Timestamp, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.StartsWith($"$JS.ACK.{rig.Rig.Name}.worker.", msg.ReplyTo, StringComparison.Ordinal);
        Assert.Equal($"{rig.Rig.Name}.a", msg.Subject);
        Assert.Equal(msg.Subject.Length + msg.ReplyTo!.Length + msg.Data!.Length, msg.Size);
    }

    [Fact]
    public async Task Messages_not_handed_out_are_given_back()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(500);
        List<int> first = await rig.ReadAsync(20);
        await rig.WhenAsync(info => info is { NumWaiting: 0, NumAckPending: 0, NumPending: 0 } || (info.NumWaiting == 0 && info.NumAckPending + (int)info.NumPending + 20 >= 500));
        // AckWait is 30 s: messages that are read earlier were returned.
        List<int> second = await rig.ReadAsync(480);

        Assert.Equal(Enumerable.Range(0, 500), first.Concat(second).Order());
    }

    [Fact]
    public async Task Giving_back_respects_max_deliver()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => (config.MaxDeliver, config.AckWait) = (1, TimeSpan.FromSeconds(30)));
        await rig.StoreAsync(10);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 10);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Assert.True(await messages.MoveNextAsync());
        await consume.StopAsync(rig.Cancel);
        await messages.Current.AckAsync(cancellationToken: rig.Cancel); // behind all that the stop has sent
        ConsumerInfo info = await rig.WhenAsync(info => info is { AckFloor.StreamSeq: 1, NumWaiting: 0 });

        Assert.Equal(9, info.NumAckPending); // with -NAK they would not be delivered again
        Assert.Equal(10UL, info.Delivered.ConsumerSeq);
    }

    [Fact]
    public async Task Acks_made_before_stop_reach_the_server()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(100);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        int read = 0;
        await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(rig.Cancel))
        {
            await msg.AckAsync(cancellationToken: rig.Cancel);
            if (++read == 60)
            {
                await consume.StopAsync(rig.Cancel);
            }
        }

        Assert.Equal(60, read);
        Assert.Equal(NatsJSConsumeState.Ended, consume.State);
        ConsumerInfo info = await rig.WhenAsync(info => info.AckFloor.StreamSeq == 60);
        Assert.Equal(0, info.NumWaiting);
    }

    [Fact]
    public async Task Drain_delivers_all_received_messages()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(300);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 300);
        int read = 0;
        await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(rig.Cancel))
        {
            if (read++ == 0)
            {
                await consume.DrainAsync(rig.Cancel);
            }

            await msg.AckAsync(cancellationToken: rig.Cancel);
        }

        ConsumerInfo info = await rig.WhenAsync(info => info.NumAckPending == 0);
        Assert.Equal((ulong)read, info.Delivered.ConsumerSeq);
    }

    [Fact]
    public async Task Cancelled_loop_ends_without_exception_after_the_current_message_and_returns_the_others()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(100);
        using var stop = new CancellationTokenSource();
        int read = 0;
        await foreach (INatsJSMsg<string> msg in rig.Consumer.ConsumeAsync<string>(cancellationToken: stop.Token))
        {
            await msg.AckAsync(cancellationToken: rig.Cancel);
            read++;
            await stop.CancelAsync();
        }

        Assert.Equal(1, read);
        Assert.Equal(99, (await rig.ReadAsync(99)).Distinct().Count());
    }

    [Fact]
    public async Task A_waiting_loop_ends_when_its_token_is_cancelled()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        using var stop = new CancellationTokenSource();
        Task<bool> waiting = rig.Consumer.ConsumeAsync<string>(cancellationToken: stop.Token).GetAsyncEnumerator(rig.Cancel).MoveNextAsync().AsTask();
        await rig.WhenAsync(info => info.NumWaiting == 1);
        await stop.CancelAsync();

        Assert.False(await waiting.WaitAsync(rig.Cancel));
        await rig.WhenAsync(info => info.NumWaiting == 0);
    }

    [Fact]
    public async Task Cancelled_token_sends_no_byte()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.Rig.Connection.PingAsync(rig.Cancel); // counters are updated with the write
        long sent = rig.Rig.Connection.Stats.SentMessages;
        var cancelled = new CancellationToken(canceled: true);
        foreach (IAsyncEnumerable<INatsJSMsg<string>> loop in new[]
        {
            rig.Consumer.ConsumeAsync<string>(cancellationToken: cancelled),
            rig.Consumer.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 1 }, cancellationToken: cancelled),
            rig.Consumer.FetchNoWaitAsync<string>(new NatsJSFetchOpts { MaxMsgs = 1 }, cancellationToken: cancelled),
        })
        {
            await Assert.ThrowsAsync<OperationCanceledException>(async () => await loop.GetAsyncEnumerator(TestContext.Current.CancellationToken).MoveNextAsync());
        }

        await Assert.ThrowsAsync<OperationCanceledException>(async () => await rig.Consumer.NextAsync<string>(cancellationToken: cancelled));
        await rig.Rig.Connection.PingAsync(rig.Cancel);
        Assert.Equal(sent, rig.Rig.Connection.Stats.SentMessages);
    }
}
