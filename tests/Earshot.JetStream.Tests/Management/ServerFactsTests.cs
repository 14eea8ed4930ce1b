using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>The behaviour of real servers on which decisions of this package are based.</summary>
[BothServers]
public sealed class ServerFactsTests(JetStreamServers servers)
{
    [Fact]
    public async Task Did_create_is_true_when_the_stream_existed()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        for (int i = 0; i < 2; i++)
        {
            StreamCreateResponse answer = await rig.Context.JSRequestResponseAsync<StreamConfig, StreamCreateResponse>($"$JS.API.STREAM.CREATE.{rig.Name}", rig.Config(), rig.Cancel);
            Assert.True(answer.DidCreate);
        }
    }

    [Fact]
    public async Task Schedules_enable_rollup_headers()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync(config => config with { AllowMsgSchedules = true });
        Assert.True(stream.Info.Config.AllowRollupHdrs);
    }

    [Fact]
    public async Task Seq_and_Keep_of_a_purge_are_rejected_by_client_and_server()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await stream.PurgeAsync(new StreamPurgeRequest { Seq = 1, Keep = 1 }, rig.Cancel));
        Assert.Contains("10003", await rig.AskAsync($"$JS.API.STREAM.PURGE.{rig.Name}", """{"seq":1,"keep":1}"""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":"NAME","subjects":["NAME.>"],"storage":"Memory"}""", "10025")] // a word in the wrong case
    [InlineData("""{"name":"NAME","subjects":["NAME.>"],"max_age":"1s"}""", "10025")] // a duration as text
    [InlineData("""{"name":"NAME","subjects":null,"storage":"memory"}""", "did_create")]
    [InlineData("""{"name":"NAME","subjects":["NAME.>"],"x":1}""", "10025")] // an unknown field
    public async Task New_server_is_strict_about_configurations(string body, string answer)
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        string said = await rig.AskAsync($"$JS.API.STREAM.CREATE.{rig.Name}", body.Replace("NAME", rig.Name, StringComparison.Ordinal));
        Assert.Contains(answer, said, StringComparison.Ordinal);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAnOldServer)]
    public async Task Old_server_ignores_the_action_of_a_creation()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync();
        await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel);
        string body = $$$"""{"stream_name":"{{{rig.Name}}}","action":"create","config":{"name":"C","ack_policy":"explicit","description":"other"}}""";
        Assert.Contains("other", await rig.AskAsync($"$JS.API.CONSUMER.CREATE.{rig.Name}.C", body), StringComparison.Ordinal); // no error 10148
    }

    [Fact]
    public async Task Required_level_is_not_trusted_on_plain_publishes()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        var headers = new NatsHeaders { ["Nats-Required-Api-Level"] = "99" };
        Assert.Equal(NatsJSPublishOutcome.Stored, (await rig.Context.PublishAsync($"{rig.Name}.a", 1, headers: headers, cancellationToken: rig.Cancel)).Outcome);
        NatsMsg<string> refused = await rig.Connection.RequestAsync<string, string>($"$JS.API.STREAM.INFO.{rig.Name}", "", headers, cancellationToken: rig.Cancel);
        Assert.Contains("10185", refused.Data, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ack_of_a_counter_contains_its_value_and_that_of_a_duplicate_does_not()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { AllowMsgCounter = true, AllowDirect = true });
        var opts = new NatsJSPubOpts { MsgId = "one" };
        PubAckResponse first = await rig.Context.PublishAsync<byte[]>($"{rig.Name}.a", null, opts: opts, headers: new NatsHeaders { ["Nats-Incr"] = "+3" }, cancellationToken: rig.Cancel);
        Assert.Equal(("3", NatsJSPublishOutcome.Stored), (first.Value, first.Outcome));
        PubAckResponse again = await rig.Context.PublishAsync<byte[]>($"{rig.Name}.a", null, opts: opts, headers: new NatsHeaders { ["Nats-Incr"] = "+3" }, cancellationToken: rig.Cancel);
        Assert.Equal((null, NatsJSPublishOutcome.Duplicate), (again.Value, again.Outcome));
    }

    [Fact]
    public async Task Expectation_of_a_message_with_a_known_id_fails_on_a_stream_without_replicas()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        var opts = new NatsJSPubOpts { MsgId = "one", ExpectedLastSequence = 0 };
        (await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, cancellationToken: rig.Cancel)).EnsureSuccess();
        PubAckResponse retry = await rig.Context.PublishAsync($"{rig.Name}.a", 1, opts: opts, cancellationToken: rig.Cancel);
        Assert.Equal(10071, retry.Error?.ErrCode); // although the stream has the message: the error does not prove that a retry was rejected
    }

    [Fact]
    [OnlyReal(Because.ItNeedsAServerProcess)]
    public async Task Account_without_JetStream_is_an_error_and_its_publishes_have_no_responders()
    {
        await using ITestServer server = await JetStreamServers.StartAsync(
            "accounts { A { users: [ { user: a, password: a } ] }, B { jetstream: enabled, users: [ { user: b, password: b } ] }, SYS {} }\nsystem_account: SYS\n");
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(server, opts: new NatsOpts { AuthOpts = new NatsAuthOpts { Username = "a", Password = "a" } });
        NatsJSApiException off = await Assert.ThrowsAsync<NatsJSApiException>(async () => await rig.Context.GetAccountInfoAsync(rig.Cancel));
        Assert.True(off.Is(NatsJSErrorCode.NotEnabledForAccount));
        await Assert.ThrowsAsync<NatsJSPublishNoResponseException>(async () =>
            await rig.Context.PublishAsync("a", 1, opts: new NatsJSPubOpts { RetryAttempts = 2 }, cancellationToken: rig.Cancel));
    }
}
