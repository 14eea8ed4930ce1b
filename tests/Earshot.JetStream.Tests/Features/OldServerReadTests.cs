using Earshot.JetStream.Tests.Consuming;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Features;

/// <summary>What has existed since server 2.9 works with the oldest server as with the newest one.</summary>
[OnlyReal(Because.ItNeedsAnOldServer)]
public sealed class OldServerReadTests(JetStreamServers servers)
{
    [Fact]
    public async Task Publishes_with_expectations_and_through_a_window_are_stored()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync();
        PubAckResponse first = await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: new NatsJSPubOpts { MsgId = "id", ExpectedStream = rig.Name, ExpectedLastSequence = 0 }, cancellationToken: rig.Cancel);
        Assert.Equal((NatsJSPublishOutcome.Stored, 1UL), (first.Outcome, first.Seq));
        Assert.Equal(10071, (await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: new NatsJSPubOpts { ExpectedLastSubjectSequence = 9 }, cancellationToken: rig.Cancel)).Error?.ErrCode);
        await using NatsJSPublisher publisher = rig.Context.CreatePublisher();
        for (int i = 0; i < 50; i++)
        {
            await publisher.PublishAsync($"{rig.Name}.a", i, cancellationToken: rig.Cancel);
        }

        await publisher.FlushAsync(rig.Cancel);
        Assert.Equal((50, 0), (publisher.Stored, publisher.Failed));
    }

    [Fact]
    public async Task Fetch_next_no_wait_and_handlers_read()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Oldest);
        await rig.StoreAsync(10);
        Assert.Equal("0", (await rig.Consumer.NextAsync<string>(cancellationToken: rig.Cancel))?.Data);
        Assert.Equal(["1", "2"], await rig.Consumer.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 2 }, cancellationToken: rig.Cancel).Select(msg => msg.Data).ToListAsync(rig.Cancel));
        Assert.Equal(["3", "4"], await rig.Consumer.FetchNoWaitAsync<string>(new NatsJSFetchOpts { MaxMsgs = 2 }, cancellationToken: rig.Cancel).Select(msg => msg.Data).ToListAsync(rig.Cancel));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(rig.Cancel);
        int handled = 0;
        NatsJSRunResult result = await rig.Consumer.RunAsync<string>(
            async (_, _) =>
            {
                if (++handled == 5)
                {
                    await stop.CancelAsync();
                }
            },
            cancellationToken: stop.Token);
        Assert.Equal(5, result.Succeeded);
        await rig.WhenAsync(info => info.NumAckPending == 5); // those read without an ack
    }

    [Fact]
    public async Task Ordered_and_push_consumers_read()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(await servers.Oldest);
        await rig.StoreAsync(3);
        INatsJSConsumer ordered = await rig.Rig.Context.CreateOrderedConsumerAsync(rig.Rig.Name, cancellationToken: rig.Cancel);
        Assert.Equal(["0", "1", "2"], await ordered.ConsumeAsync<string>(cancellationToken: rig.Cancel).Take(3).Select(msg => msg.Data).ToListAsync(rig.Cancel));
        INatsJSPushConsumer push = await rig.Rig.Context.CreatePushConsumerAsync(rig.Rig.Name, new NatsJSPushConsumerOpts { FlowControl = true }, rig.Cancel);
        Assert.Equal(["0", "1", "2"], await push.ConsumeAsync<string>(cancellationToken: rig.Cancel).Take(3).Select(msg => msg.Data).ToListAsync(rig.Cancel));
    }

    [Fact]
    public async Task Direct_get_mirror_source_and_republish_work()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await using INatsSub<string> republished = await rig.Connection.SubscribeCoreAsync<string>($"R{rig.Name}.>", cancellationToken: rig.Cancel);
        INatsJSStream stream = await rig.CreateStreamAsync(config => config with { AllowDirect = true, Republish = new Republish { Src = $"{rig.Name}.>", Dest = $"R{rig.Name}.>" } });
        foreach (StreamConfig copy in (StreamConfig[])[new() { Name = $"{rig.Name}M", Mirror = new StreamSource { Name = rig.Name } }, new() { Name = $"{rig.Name}S", Sources = [new StreamSource { Name = rig.Name }] }])
        {
            await rig.Context.CreateStreamAsync(copy with { Storage = StreamConfigStorage.Memory }, rig.Cancel);
        }

        (await rig.Context.PublishAsync($"{rig.Name}.a", "x", cancellationToken: rig.Cancel)).EnsureSuccess();
        Assert.Equal("x", (await stream.GetDirectAsync<string>(new StreamMsgGetRequest { LastBySubj = $"{rig.Name}.a" }, cancellationToken: rig.Cancel)).Data);
        Assert.Equal(($"R{rig.Name}.a", "x"), await republished.Msgs.ReadAsync(rig.Cancel) is var message ? (message.Subject, message.Data) : default);
        foreach (string copy in (string[])[$"{rig.Name}M", $"{rig.Name}S"])
        {
            INatsJSConsumer reader = await rig.Context.CreateOrderedConsumerAsync(copy, cancellationToken: rig.Cancel);
            Assert.Equal("x", (await reader.NextAsync<string>(cancellationToken: rig.Cancel))?.Data);
        }
    }
}
