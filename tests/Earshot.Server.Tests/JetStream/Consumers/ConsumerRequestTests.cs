using Earshot.JetStream;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Consumers;

/// <summary>Requests about push consumers and priority groups that no client sends, and those that the server in the process refuses.</summary>
public sealed class ConsumerRequestTests
{
    [Theory]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","deliver_subject":null,"deliver_group":null}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","deliver_subject":""}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","deliver_subject":"d d"}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","deliver_subject":"_INBOX.x","idle_heartbeat":9223372036854775807,"flow_control":true}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","deliver_subject":"_INBOX.x","rate_limit_bps":18446744073709551615}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","deliver_subject":"$JS.API.INFO"}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","priority_policy":"overflow","priority_groups":[null]}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","priority_policy":null,"priority_groups":null}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","config":{"name":"C","priority_policy":"pinned_client","priority_groups":["A"],"priority_timeout":9223372036854775807}}""")]
    [InlineData("CONSUMER.CREATE.S.C", """{"stream_name":"S","action":null,"config":{"name":"C"}}""")]
    [InlineData("CONSUMER.UNPIN.S.D", "null")]
    [InlineData("CONSUMER.UNPIN.S.D", "[]")]
    [InlineData("CONSUMER.UNPIN.S.D", """{"group":null}""")]
    [InlineData("CONSUMER.MSG.NEXT.S.D", """{"group":null,"id":null,"no_wait":true}""")]
    [InlineData("CONSUMER.MSG.NEXT.S.D", """{"priority":2147483647}""")]
    [InlineData("CONSUMER.MSG.NEXT.S.D", """{"min_pending":-9223372036854775808}""")]
    public async Task Hostile_request_is_answered_and_costs_nothing_else(string subject, string body)
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.Context.CreateOrUpdateConsumerAsync("S", new ConsumerConfig("D"), rig.Cancel);
        NatsMsg<string> answer = await rig.Connection.RequestAsync<string, string>($"$JS.API.{subject}", body, cancellationToken: rig.Cancel);
        Assert.True(answer.Data?.Length > 0 || answer.Headers is not null, "an answer");
        Assert.Equal(1UL, (await rig.Context.PublishAsync("s", 1, cancellationToken: rig.Cancel)).Seq);
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(1, rig.Connection.Stats.Connects);
    }

    [Theory]
    [InlineData("$JS.FC.S.D")]
    [InlineData("$JS.FC.S.D.wrong")]
    [InlineData("$JS.FC.S.none.abcd")]
    public async Task Answer_to_no_flow_control_request_is_ignored(string subject)
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        await rig.StoreAsync(1);
        INatsJSPushConsumer consumer = await rig.Context.CreatePushConsumerAsync(
            "S", new NatsJSPushConsumerOpts { DurableName = "D", AckPolicy = ConsumerConfigAckPolicy.Explicit, FlowControl = true }, rig.Cancel);
        INatsJSConsume<string> consume = await rig.ReadAsync(consumer);
        await rig.Connection.PublishAsync(subject, "x", headers: new NatsHeaders { ["Nats-Last-Stream"] = "1" }, cancellationToken: rig.Cancel);
        await rig.UntilAsync(() => consume.Counts.Received == 1);
        Assert.Equal([1UL], rig.Find("D")!.AckPending);
    }

    [Fact]
    public async Task Replay_at_the_original_speed_is_refused_by_name()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        var opts = new NatsJSPushConsumerOpts { DurableName = "D", AckPolicy = ConsumerConfigAckPolicy.Explicit, ReplayPolicy = ConsumerConfigReplayPolicy.Original };
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await rig.Context.CreatePushConsumerAsync("S", opts, rig.Cancel));
        Assert.Equal((10052, "replays at the original speed are not supported by the in-process server"), (refused.Error.ErrCode, refused.Error.Description));
    }

    [Fact]
    public async Task Deliver_subject_that_is_subscribed_cannot_be_changed()
    {
        await using ConsumerClockRig rig = await ConsumerClockRig.StartAsync();
        var opts = new NatsJSPushConsumerOpts { DurableName = "D", AckPolicy = ConsumerConfigAckPolicy.Explicit, DeliverSubject = "one" };
        await rig.ReadAsync(await rig.Context.CreatePushConsumerAsync("S", opts, rig.Cancel));
        await rig.UntilAsync(() => rig.Find("D")!.IsPushBound);
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(
            async () => await rig.Context.CreateOrUpdatePushConsumerAsync("S", opts with { DeliverSubject = "two" }, rig.Cancel));
        Assert.Equal(10013, refused.Error.ErrCode);
    }
}
