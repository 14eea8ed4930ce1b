using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>What is counted in the meter "Earshot" about JetStream, with a real server.</summary>
[Collection(nameof(MeterTests))]
[CollectionDefinition(nameof(MeterTests), DisableParallelization = true)]
[BothServers]
public sealed class MeterTests(JetStreamServers servers)
{
    [Fact]
    public async Task Publishes_and_acks_are_counted_by_outcome()
    {
        using var readings = new MeterReadings();
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        INatsJSConsumer consumer = await rig.Context.CreateOrUpdateConsumerAsync(rig.Name, new ConsumerConfig("worker") { AckPolicy = ConsumerConfigAckPolicy.Explicit }, rig.Cancel);
        var id = new NatsJSPubOpts { MsgId = "id" };
        await rig.Context.PublishAsync($"{rig.Name}.a", "", opts: id, cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "", opts: id, cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "", opts: new NatsJSPubOpts { ExpectedLastSequence = 9 }, cancellationToken: rig.Cancel);
        await Assert.ThrowsAsync<NatsJSNoStreamException>(async () => await rig.Context.PublishAsync("nobody.here", "", cancellationToken: rig.Cancel));
        INatsJSMsg<string>? msg = await consumer.NextAsync<string>(cancellationToken: rig.Cancel);
        await msg!.AckAsync(new AckOpts { DoubleAck = true }, rig.Cancel);
        await msg.AckAsync(cancellationToken: rig.Cancel); // not sent, and not counted

        Assert.Equal("Duplicate 1, Rejected 2, Stored 1", readings.Of("publishes"));
        Assert.Equal("Duplicate 1, Rejected 2, Stored 1", readings.Of("publish.duration"));
        Assert.Equal("Confirmed 1", readings.Of("acks"));
    }
}
