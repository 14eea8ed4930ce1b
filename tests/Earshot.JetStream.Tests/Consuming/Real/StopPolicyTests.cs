using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>What becomes of messages that were delivered and not handed out when a read stops, as its options say.</summary>
[BothServers]
public sealed class StopPolicyTests(JetStreamServers servers)
{
    [Fact]
    public async Task Rest_of_a_stop_that_leaves_it_stays_with_the_server_until_AckWait()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(10);
        INatsJSConsume<string> consume = await StartAsync(rig, NatsJSStopPolicy.Leave);
        await consume.StopAsync(rig.Cancel);
        await rig.Rig.Connection.PingAsync(rig.Cancel);
        ConsumerInfo info = await rig.InfoAsync();

        Assert.Equal((10, 0), (info.NumAckPending, info.NumRedelivered));
        Assert.Null(await rig.Consumer.NextAsync<string>(opts: new NatsJSNextOpts { Expires = TimeSpan.FromMilliseconds(200) }, cancellationToken: rig.Cancel));
        Assert.Equal([(NatsJSNotificationKind.Discarded, 10L)], Told(rig));
    }

    [Fact]
    public async Task Rest_of_a_stop_that_gives_it_back_comes_again_at_once()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(10);
        INatsJSConsume<string> consume = await StartAsync(rig, NatsJSStopPolicy.GiveBack);
        await consume.StopAsync(rig.Cancel);

        Assert.Equal(10, (await rig.ReadAsync(10)).Count);
        Assert.Equal([(NatsJSNotificationKind.GivenBack, 10L)], Told(rig));
    }

    [Fact]
    public async Task Stop_that_delivers_hands_out_everything_that_came()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(10);
        INatsJSConsume<string> consume = await StartAsync(rig, NatsJSStopPolicy.Deliver);
        await consume.StopAsync(rig.Cancel);
        int read = 0;
        await foreach (INatsJSMsg<string> msg in consume.Msgs.WithCancellation(rig.Cancel))
        {
            read++;
            await msg.AckAsync(cancellationToken: rig.Cancel);
        }

        Assert.Equal((10, NatsJSConsumeState.Ended), (read, consume.State));
        await rig.WhenAsync(info => info.NumAckPending == 0);
        Assert.Empty(Told(rig));
    }

    [Fact]
    public async Task Disposed_read_that_delivers_gives_back_what_no_one_can_take_any_more()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(10);
        INatsJSConsume<string> consume = await StartAsync(rig, NatsJSStopPolicy.Deliver);
        await consume.DisposeAsync();

        Assert.Equal(10, (await rig.ReadAsync(10)).Count);
    }

    [Fact]
    public async Task Cancelled_loop_that_delivers_ends_after_what_came()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Newest);
        await rig.StoreAsync(10);
        long before = rig.Rig.Connection.Stats.ReceivedMessages;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        int read = 0;
        await foreach (INatsJSMsg<string> msg in rig.Consumer.ConsumeAsync<string>(opts: new NatsJSConsumeOpts { StopPolicy = NatsJSStopPolicy.Deliver }, cancellationToken: stop.Token))
        {
            await rig.Rig.ReceivedAsync(before + 10);
            await stop.CancelAsync();
            read++;
            await msg.AckAsync(cancellationToken: rig.Cancel);
        }

        Assert.Equal(10, read);
    }

    private static async Task<INatsJSConsume<string>> StartAsync(ConsumeRig rig, NatsJSStopPolicy policy)
    {
        INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(opts: new NatsJSConsumeOpts { StopPolicy = policy }, cancellationToken: rig.Cancel);
        await rig.WhenAsync(_ => consume.Counts.Received == 10);
        return consume;
    }

    private static List<(NatsJSNotificationKind Kind, long Count)> Told(ConsumeRig rig) =>
        [.. rig.Rig.Connection.Events.ToList().OfType<NatsConsumerNotificationEvent>().Select(e => (e.Notification, e.Count))];
}
