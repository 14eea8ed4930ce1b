using System.Text;
using Earshot.JetStream.Consuming;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Options of priority groups that do not fit the consumer: nothing is sent.</summary>
[BothServers]
public sealed class PriorityRulesTests(JetStreamServers servers)
{
    [Theory]
    [InlineData(ConsumerConfigPriorityPolicy.Overflow, "A", 100, 5, 0, ",\"group\":\"A\",\"min_pending\":100,\"min_ack_pending\":5")]
    [InlineData(ConsumerConfigPriorityPolicy.Prioritized, "A", 0, 0, 9, ",\"group\":\"A\",\"priority\":9")]
    [InlineData(ConsumerConfigPriorityPolicy.Prioritized, "A", 0, 0, 0, ",\"group\":\"A\"")]
    [InlineData(ConsumerConfigPriorityPolicy.PinnedClient, "A", 0, 0, 0, ",\"group\":\"A\"")]
    [InlineData(ConsumerConfigPriorityPolicy.Unknown, "A", 1, 0, 1, ",\"group\":\"A\",\"min_pending\":1,\"priority\":1")]
    [InlineData(ConsumerConfigPriorityPolicy.Overflow, "B", 0, 0, 0, null)]
    [InlineData(ConsumerConfigPriorityPolicy.Overflow, null, 0, 0, 0, null)]
    [InlineData(ConsumerConfigPriorityPolicy.Overflow, "A", 0, 0, 1, null)]
    [InlineData(ConsumerConfigPriorityPolicy.Overflow, "A", -1, 0, 0, null)]
    [InlineData(ConsumerConfigPriorityPolicy.Overflow, "A", 0, -1, 0, null)]
    [InlineData(ConsumerConfigPriorityPolicy.Prioritized, "A", 1, 0, 0, null)]
    [InlineData(ConsumerConfigPriorityPolicy.Prioritized, "A", 0, 0, 10, null)]
    [InlineData(ConsumerConfigPriorityPolicy.PinnedClient, "A", 0, 1, 0, null)]
    [InlineData(ConsumerConfigPriorityPolicy.PinnedClient, "A", 0, 0, 1, null)]
    [InlineData(null, null, 0, 0, 0, "")]
    [InlineData(null, "A", 0, 0, 0, null)]
    [InlineData(null, null, 1, 0, 0, null)]
    public void Options_are_sent_only_if_the_consumer_uses_them(ConsumerConfigPriorityPolicy? policy, string? group, long minPending, long minAckPending, byte priority, string? sent)
    {
        var config = new ConsumerConfig("C") { PriorityPolicy = policy, PriorityGroups = policy is null ? null : ["A"] };
        var opts = new NatsJSPriorityGroupOpts { Group = group, MinPending = minPending, MinAckPending = minAckPending, Priority = priority };
        if (sent is null)
        {
            Assert.Contains("'C'", Assert.Throws<ArgumentException>(() => PriorityRules.FieldsOf(config, opts)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(sent, Encoding.UTF8.GetString(PriorityRules.FieldsOf(config, opts)));
        }
    }

    [Fact]
    public async Task Every_way_to_read_refuses_a_missing_group_before_a_byte_is_sent()
    {
        await using PriorityRig rig = await PriorityRig.StartAsync(await servers.Newest, ConsumerConfigPriorityPolicy.Overflow);
        INatsJSConsumer consumer = rig.First;
        long sent = rig.Rig.Rig.Connection.Snapshot.Stats.SentMessages;
        Assert.Throws<ArgumentException>(() => consumer.ConsumeAsync<string>(cancellationToken: rig.Cancel));
        Assert.Throws<ArgumentException>(() => consumer.FetchAsync<string>(new NatsJSFetchOpts(), cancellationToken: rig.Cancel));
        Assert.Throws<ArgumentException>(() => consumer.FetchNoWaitAsync<string>(new NatsJSFetchOpts(), cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await consumer.NextAsync<string>(cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await consumer.StartConsumeAsync<string>(cancellationToken: rig.Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => consumer.RunAsync<string>((_, _) => Task.CompletedTask, cancellationToken: rig.Cancel));
        INatsJSConsumer ordered = await rig.Rig.Rig.Context.CreateOrderedConsumerAsync(rig.Rig.Rig.Name, cancellationToken: rig.Cancel);
        await Assert.ThrowsAsync<ArgumentException>(async () => await ordered.NextAsync<string>(opts: new NatsJSNextOpts { PriorityGroup = PriorityRig.Group() }, cancellationToken: rig.Cancel));
        Assert.Equal(sent + 1, rig.Rig.Rig.Connection.Snapshot.Stats.SentMessages); // the info of the stream, for the ordered consumer
    }
}
