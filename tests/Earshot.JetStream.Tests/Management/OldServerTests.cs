using System.Text.Json;
using Earshot.JetStream.Requests;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>Fields that an old server ignores and a new one rejects.</summary>
[OnlyReal(Because.ItNeedsAnOldServer)]
public sealed class OldServerTests(JetStreamServers servers)
{
    private static bool IsOld(NatsConnection connection) => connection.ServerInfo!.Version.StartsWith("2.9.", StringComparison.Ordinal);

    [Fact]
    public async Task Filter_dropped_by_an_old_server_is_noticed()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        Assert.True(IsOld(rig.Connection), $"the oldest server is {rig.Connection.ServerInfo!.Version}");
        await rig.CreateStreamAsync();
        var config = new ConsumerConfig("C") { FilterSubjects = [$"{rig.Name}.a", $"{rig.Name}.b"] };
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.Context.CreateConsumerAsync(rig.Name, config, rig.Cancel));
        Assert.Equal(("filter_subjects", NatsOutcome.Rejected), (refused.Field, refused.Outcome));
        Assert.Empty(await rig.Context.ListConsumerNamesAsync(rig.Name, rig.Cancel).ToListAsync(rig.Cancel)); // the consumer was deleted again
    }

    [Fact]
    public async Task Filter_ignored_by_an_old_server_is_accepted_without_VerifyEcho()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest, opts => new NatsJSOpts(opts) { VerifyEcho = false });
        await rig.CreateStreamAsync();
        var config = new ConsumerConfig("C") { FilterSubjects = [$"{rig.Name}.a", $"{rig.Name}.b"] };
        Assert.Null((await rig.Context.CreateConsumerAsync(rig.Name, config, rig.Cancel)).Info.Config.FilterSubjects);
    }

    [Fact]
    public async Task Time_to_live_ignored_by_an_old_server_is_detected()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.CreateStreamAsync(config => config with { AllowMsgTTL = true }));
        Assert.Equal("allow_msg_ttl", refused.Field);
    }

    [Fact]
    public async Task Basic_configuration_passes_the_check_on_an_old_server()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        INatsJSStream stream = await rig.CreateStreamAsync(config => config with { MaxMsgs = 5, AllowDirect = true, DuplicateWindow = TimeSpan.FromSeconds(5), MaxAge = TimeSpan.FromMinutes(1) });
        INatsJSConsumer consumer = await stream.CreateOrUpdateConsumerAsync(new ConsumerConfig("C") { FilterSubject = $"{rig.Name}.a", Backoff = [TimeSpan.FromSeconds(1)], MaxDeliver = 2 }, rig.Cancel);
        Assert.Equal(0, (await rig.Context.GetAccountInfoAsync(rig.Cancel)).Api.Level);
        await rig.Context.UpdateStreamAsync(stream.Info.Config with { MaxMsgs = 6 }, rig.Cancel);
        Assert.Equal($"{rig.Name}.a", consumer.Info.Config.FilterSubject);
    }

    [Fact]
    public async Task Reset_on_a_server_without_support_is_an_exception()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync();
        await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel);
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.Context.ResetConsumerAsync(rig.Name, "C", 1, rig.Cancel));
        Assert.Equal((4, 0), (refused.RequiredLevel, refused.ServerLevel));
    }

    [Fact]
    public async Task Pause_and_unpin_on_a_server_without_support_are_immediate_exceptions()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest, opts => new NatsJSOpts(opts, requestTimeout: TimeSpan.FromMinutes(1)));
        await rig.CreateStreamAsync();
        INatsJSConsumer consumer = await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel);
        NatsJSFeatureNotSupportedException pause = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.Context.PauseConsumerAsync(rig.Name, "C", DateTimeOffset.UtcNow.AddMinutes(1), rig.Cancel)); // the server does not answer it
        Assert.Equal(("pause_until", 1, 0), (pause.Field, pause.RequiredLevel, pause.ServerLevel));
        await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await rig.Context.ResumeConsumerAsync(rig.Name, "C", rig.Cancel));
        NatsJSFeatureNotSupportedException unpin = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () => await consumer.UnpinAsync("a", rig.Cancel));
        Assert.Equal("group", unpin.Field);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_option_that_an_old_server_ignores_is_refused_before_a_byte(bool isWindow)
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync();
        await using NatsJSPublisher publisher = rig.Context.CreatePublisher();
        Task PublishAsync(NatsJSPubOpts opts) => isWindow
            ? publisher.PublishAsync($"{rig.Name}.a", "x", opts: opts, cancellationToken: rig.Cancel).AsTask()
            : rig.Context.PublishAsync($"{rig.Name}.a", "x", opts: opts, cancellationToken: rig.Cancel).AsTask();
        NatsJSFeatureNotSupportedException ttl = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(() => PublishAsync(new NatsJSPubOpts { Ttl = TimeSpan.FromSeconds(1) }));
        Assert.Equal(("Nats-TTL", 1, 0), (ttl.Field, ttl.RequiredLevel, ttl.ServerLevel));
        NatsJSFeatureNotSupportedException subject = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(
            () => PublishAsync(new NatsJSPubOpts { ExpectedLastSubjectSequence = 0, ExpectedLastSubjectSequenceSubject = $"{rig.Name}.*" }));
        Assert.Equal("Nats-Expected-Last-Subject-Sequence-Subject", subject.Field);
        Assert.Equal(0UL, (await rig.Context.GetStreamAsync(rig.Name, cancellationToken: rig.Cancel)).Info.State.LastSeq);
    }

    [Fact]
    public async Task Creating_and_updating_a_consumer_are_distinguished_although_an_old_server_does_not()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        await rig.CreateStreamAsync();
        await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(async () => await rig.Context.UpdateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel));
        await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel);
        await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel); // the same configuration
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C") { Description = "other" }, rig.Cancel));
        Assert.Equal("action", refused.Field);
        Assert.Null((await rig.Context.GetConsumerAsync(rig.Name, "C", rig.Cancel)).Info.Config.Description);
        Assert.Equal("other", (await rig.Context.UpdateConsumerAsync(rig.Name, new ConsumerConfig("C") { Description = "other" }, rig.Cancel)).Info.Config.Description);
    }

    [Fact]
    public async Task Transform_ignored_by_an_old_server_is_detected()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Oldest);
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.CreateStreamAsync(config => config with { SubjectTransform = new SubjectTransform { Src = $"{rig.Name}.>", Dest = $"{rig.Name}.x.>" } }));
        Assert.Equal("subject_transform", refused.Field);
    }

    [Fact]
    public async Task New_server_names_the_unknown_field()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        using var value = JsonDocument.Parse("1");
        var extra = new Dictionary<string, JsonElement> { ["from_the_future"] = value.RootElement.Clone() };
        NatsJSFeatureNotSupportedException refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await rig.CreateStreamAsync(config => config with { Extra = extra }));
        Assert.Equal("from_the_future", refused.Field);
        Assert.Equal(10025, Assert.IsType<NatsJSApiException>(refused.InnerException).Error.ErrCode);
        await using JetStreamRig old = await JetStreamRig.ConnectAsync(await servers.Oldest);
        refused = await Assert.ThrowsAsync<NatsJSFeatureNotSupportedException>(async () =>
            await old.CreateStreamAsync(config => config with { Extra = extra })); // ignored, which the response shows
        Assert.Equal("from_the_future", refused.Field);
    }

    [Theory]
    [InlineData("""{"a":1}""", """{"config":{"a":1,"b":2}}""", null)]
    [InlineData("""{"a":1}""", """{"config":{"a":2}}""", "a")]
    [InlineData("""{"a":{"b":[{"c":1}]}}""", """{"config":{"a":{"b":[{"c":2}]}}}""", "a.b.c")]
    [InlineData("""{"a":[1,2]}""", """{"config":{"a":[1]}}""", "a")]
    [InlineData("""{"a":false,"b":0,"c":"","d":[],"e":null}""", """{"config":{}}""", null)]
    [InlineData("""{"max_msgs":-1}""", """{"config":{"max_msgs":0}}""", null)]
    [InlineData("""{"max_msgs":5}""", """{"config":{"max_msgs":-1}}""", "max_msgs")]
    [InlineData("""{"metadata":{"_nats.ver":"1","x":"y"}}""", """{"config":{"metadata":{"x":"y","_nats.ver":"2"}}}""", null)]
    [InlineData("""{"metadata":{"x":"y"}}""", """{"config":{"metadata":{}}}""", "metadata.x")]
    [InlineData("""{"opt_start_time":"2026-01-01T00:00:00Z"}""", """{"config":{"opt_start_time":"2026-01-01T01:00:00+01:00"}}""", null)]
    [InlineData("""{"a":1}""", """{"other":{}}""", "config")]
    [InlineData("""{"a":"b"}""", """{"config":{"a":"\ud800"}}""", "config")]
    [InlineData("""{"a":"b"}""", """{"config":{"\ud800":"b"}}""", "config")]
    public void Echo_is_compared_field_by_field(string sent, string answer, string? missing) =>
        Assert.Equal(missing, EchoCheck.FindMissing(System.Text.Encoding.UTF8.GetBytes(sent), System.Text.Encoding.UTF8.GetBytes(answer)));
}
