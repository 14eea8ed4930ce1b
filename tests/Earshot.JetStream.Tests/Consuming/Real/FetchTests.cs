using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Single pulls with a real server.</summary>
[BothServers]
public sealed class FetchTests(JetStreamServers servers)
{
    [Fact]
    public async Task Fetch_ends_with_the_last_requested_message()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(25);
        Assert.Equal(10, (await FetchAsync(rig, new NatsJSFetchOpts { MaxMsgs = 10 })).Count);
        Assert.Equal(10, (await FetchAsync(rig, new NatsJSFetchOpts { MaxMsgs = 10 })).Count);
    }

    [Fact]
    public async Task Fetch_that_expires_before_its_last_message_loses_none()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(5);
        List<string> read = await FetchAsync(rig, new NatsJSFetchOpts { MaxMsgs = 10, Expires = TimeSpan.FromMilliseconds(300) }); // all of them, from a server that is not slow
        await rig.StoreAsync(1, 5);
        read.AddRange(await FetchAsync(rig, new NatsJSFetchOpts { MaxMsgs = 6 - read.Count }));

        Assert.Equal(["0", "1", "2", "3", "4", "5"], read.Order());
    }

    [Fact]
    public async Task Fetch_in_bytes_ends_before_the_message_that_exceeds_the_limit()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(10);
        INatsJSMsg<string>? first = await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel);
        await first!.AckAsync(cancellationToken: rig.Cancel);
        int size = first.Size;
        List<string> read = await FetchAsync(rig, new NatsJSFetchOpts { MaxBytes = (size * 3) + (size / 2) });

        Assert.Equal(3, read.Count);
    }

    [Fact]
    public async Task No_wait_ends_with_404_408_and_requests_pending()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        Assert.Empty(await NoWaitAsync(rig, 5)); // 404
        await rig.StoreAsync(3);
        await rig.WhenAsync(info => info.NumPending == 3); // the consumer is updated after the ack of a message
        Assert.Equal(3, (await NoWaitAsync(rig, 5)).Count); // three messages and 404, or 408
        await rig.StoreAsync(2, 3);
        await rig.WhenAsync(info => info.NumPending == 2);
        Assert.Equal(2, (await NoWaitAsync(rig, 2)).Count); // filled
        await using INatsJSConsume<string> other = await rig.Consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel);
        await rig.WhenAsync(info => info.NumWaiting == 1);

        Assert.Empty(await NoWaitAsync(rig, 5)); // after another pull request
    }

    [Fact]
    public async Task Break_in_the_middle_of_a_fetch_leaves_no_message_stuck()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(50);
        await foreach (INatsJSMsg<string> msg in rig.Consumer.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 50 }, cancellationToken: rig.Cancel))
        {
            await msg.AckAsync(cancellationToken: rig.Cancel);
            break;
        }

        Assert.Equal(49, (await FetchAsync(rig, new NatsJSFetchOpts { MaxMsgs = 49, Expires = TimeSpan.FromSeconds(10) })).Distinct().Count());
    }

    [Fact]
    public async Task Next_returns_null_when_no_message_arrives()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);

        Assert.Null(await rig.Consumer.NextAsync<string>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromMilliseconds(200) }, cancellationToken: rig.Cancel));
        await rig.StoreAsync(1);
        Assert.NotNull(await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel));
    }

    [Fact]
    public async Task Cancelled_next_throws_and_returns_a_late_message_to_the_server()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        using var stop = new CancellationTokenSource();
        Task<INatsJSMsg<string>?> waiting = rig.Consumer.NextAsync<string>(cancellationToken: stop.Token).AsTask();
        await rig.WhenAsync(info => info.NumWaiting == 1);
        await stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => waiting);
        await rig.StoreAsync(1);

        Assert.Equal("0", (await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel))?.Data);
    }

    [Fact]
    public async Task Thousand_next_calls_leave_no_subscription()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(1000);
        await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel); // creates the inbox
        long subscriptions = rig.Rig.Connection.Stats.SubscriptionCount;
        for (int i = 1; i < 1000; i++)
        {
            INatsJSMsg<string>? msg = await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel);
            await msg!.AckAsync(cancellationToken: rig.Cancel);
        }

        Assert.Equal(subscriptions, rig.Rig.Connection.Stats.SubscriptionCount);
    }

    [Fact]
    public async Task Rejected_batch_throws_immediately()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest, config => config.MaxBatch = 2);
        NatsJSProtocolException e = await Assert.ThrowsAsync<NatsJSProtocolException>(() => FetchAsync(rig, new NatsJSFetchOpts { MaxMsgs = 10 }));

        Assert.Equal((409, "Exceeded MaxRequestBatch of 2"), (e.HeaderCode, e.HeaderMessageText));
    }

    [Fact]
    public async Task Consume_stays_within_the_limits_of_its_consumer()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(
            await servers.Newest, config => (config.MaxBatch, config.MaxExpires) = (2, TimeSpan.FromSeconds(3)));
        await rig.StoreAsync(20);

        Assert.Equal(Enumerable.Range(0, 20), await rig.ReadAsync(20));
    }

    [Fact]
    public async Task Limits_set_while_a_consume_runs_are_applied()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(
            opts: new NatsJSConsumeOpts { MaxMsgs = 10, Expires = TimeSpan.FromSeconds(1) }, cancellationToken: rig.Cancel);
        await rig.Rig.Context.UpdateConsumerAsync(
            rig.Rig.Name, new ConsumerConfig("worker") { AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxBatch = 3 }, rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        Task<bool> first = messages.MoveNextAsync().AsTask();
        await rig.WhenAsync(_ => consume.Counts is { Outstanding: 3 }); // the next request is rejected, and one within the limits follows
        await rig.StoreAsync(1);

        Assert.True(await first);
    }

    private static async Task<List<string>> FetchAsync(ConsumeRig rig, NatsJSFetchOpts opts)
    {
        List<string> read = [];
        await foreach (INatsJSMsg<string> msg in rig.Consumer.FetchAsync<string>(opts, cancellationToken: rig.Cancel))
        {
            read.Add(msg.Data!);
            await msg.AckAsync(cancellationToken: rig.Cancel);
        }

        return read;
    }

    private static async Task<List<string>> NoWaitAsync(ConsumeRig rig, int count)
    {
        List<string> read = [];
        await foreach (INatsJSMsg<string> msg in rig.Consumer.FetchNoWaitAsync<string>(new NatsJSFetchOpts { MaxMsgs = count }, cancellationToken: rig.Cancel))
        {
            read.Add(msg.Data!);
            await msg.AckAsync(cancellationToken: rig.Cancel);
        }

        return read;
    }
}
