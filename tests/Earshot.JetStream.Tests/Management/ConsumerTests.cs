using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>Management of consumers on a real server.</summary>
[BothServers]
public sealed class ConsumerTests(JetStreamServers servers)
{
    [Fact]
    public async Task Consumer_is_created_read_updated_listed_and_deleted()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        INatsJSConsumer consumer = await stream.CreateOrUpdateConsumerAsync(new ConsumerConfig("C"), rig.Cancel);
        Assert.Equal((rig.Name, "C", ConsumerConfigAckPolicy.Explicit), (consumer.Info.StreamName, consumer.Info.Name, consumer.Info.Config.AckPolicy));
        Assert.Equal((TimeSpan.FromSeconds(30), 1000L), (consumer.Info.Config.AckWait, consumer.Info.Config.MaxAckPending));
        Assert.Null(consumer.Info.Config.Extra);

        INatsJSConsumer updated = await rig.Context.UpdateConsumerAsync(rig.Name, consumer.Info.Config with { Description = "d" }, rig.Cancel);
        Assert.Equal("d", updated.Info.Config.Description);
        await consumer.RefreshAsync(rig.Cancel);
        Assert.Equal("d", consumer.Info.Config.Description);
        Assert.Equal(["C"], await stream.ListConsumerNamesAsync(rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Equal(["C"], await stream.ListConsumersAsync(rig.Cancel).Select(found => found.Info.Name).ToListAsync(rig.Cancel));
        Assert.Equal("C", (await stream.GetConsumerAsync("C", rig.Cancel)).Info.Name);
        Assert.True(await stream.DeleteConsumerAsync("C", rig.Cancel));
        NatsJSConsumerNotFoundException gone = await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(async () => await consumer.RefreshAsync(rig.Cancel));
        Assert.True(gone.Is(NatsJSErrorCode.ConsumerNotFound));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsWhatOnlyTheRealOneHas)] // replay at the original speed
    public async Task Every_field_of_a_configuration_is_returned_as_sent()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        DateTimeOffset start = DateTimeOffset.UtcNow.AddDays(-1);
        var sent = new ConsumerConfig("C")
        {
            DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartTime,
            OptStartTime = start,
            Description = "all of it",
            AckPolicy = ConsumerConfigAckPolicy.Explicit,
            AckWait = TimeSpan.FromSeconds(7),
            MaxDeliver = 5,
            FilterSubjects = [$"{rig.Name}.a", $"{rig.Name}.b"],
            ReplayPolicy = ConsumerConfigReplayPolicy.Original,
            SampleFreq = "50%",
            MaxAckPending = 12,
            MaxWaiting = 13,
            HeadersOnly = true,
            MaxBatch = 14,
            MaxExpires = TimeSpan.FromSeconds(8),
            MaxBytes = 4096,
            InactiveThreshold = TimeSpan.FromMinutes(2),
            Backoff = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)],
            NumReplicas = 1,
            MemStorage = true,
            PauseUntil = DateTimeOffset.UtcNow.AddHours(1),
            Metadata = new Dictionary<string, string> { ["owner"] = "test" },
            PriorityGroups = ["a"],
            PriorityPolicy = ConsumerConfigPriorityPolicy.PinnedClient,
            PinnedTTL = TimeSpan.FromSeconds(9),
        };
        INatsJSConsumer consumer = await stream.CreateOrUpdateConsumerAsync(sent, rig.Cancel); // VerifyEcho compares
        Assert.True(consumer.Info.IsPaused);
        Assert.Equal(TimeSpan.FromSeconds(1), consumer.Info.Config.AckWait); // the first delay
        Assert.Equal(start, consumer.Info.Config.OptStartTime);
        Assert.Null(consumer.Info.Config.Extra);
        Assert.Equal("a", Assert.Single(consumer.Info.PriorityGroups!).Group);
    }

    [Fact]
    public async Task Create_and_update_fail_when_the_other_one_applies()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel);
        await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel); // the same configuration succeeds
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () =>
            await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C") { Description = "other" }, rig.Cancel));
        Assert.True(refused.Is(NatsJSErrorCode.ConsumerAlreadyExists));
        refused = await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(async () =>
            await rig.Context.UpdateConsumerAsync(rig.Name, new ConsumerConfig("D"), rig.Cancel));
        Assert.True(refused.Is(NatsJSErrorCode.ConsumerDoesNotExist));
        refused = await Assert.ThrowsAsync<NatsJSApiException>(async () =>
            await rig.Context.UpdateConsumerAsync(rig.Name, new ConsumerConfig("C") { DeliverPolicy = ConsumerConfigDeliverPolicy.New }, rig.Cancel));
        Assert.True(refused.Is(NatsJSErrorCode.ConsumerCreateFailed));
    }

    [Fact]
    public async Task Consumer_without_a_name_is_given_one_and_the_callers_configuration_is_not_modified()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        var config = new ConsumerConfig { FilterSubject = $"{rig.Name}.a.*" };
        INatsJSConsumer consumer = await rig.Context.CreateConsumerAsync(rig.Name, config, rig.Cancel);
        Assert.Null(config.Name);
        Assert.Equal(22, consumer.Info.Name.Length);
        Assert.Null(consumer.Info.Config.DurableName);
        Assert.Equal(TimeSpan.FromSeconds(5), consumer.Info.Config.InactiveThreshold);
        Assert.Equal($"{rig.Name}.a.*", consumer.Info.Config.FilterSubject);
    }

    [Fact]
    public async Task Consumer_is_paused_and_resumed()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        INatsJSConsumer consumer = await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel);
        DateTimeOffset until = DateTimeOffset.UtcNow.AddMinutes(5);
        ConsumerPauseResponse paused = await rig.Context.PauseConsumerAsync(rig.Name, "C", until, rig.Cancel);
        Assert.True(paused.IsPaused);
        Assert.Equal(until, paused.PauseUntil);
        await consumer.RefreshAsync(rig.Cancel);
        Assert.True(consumer.Info.IsPaused);
        Assert.InRange(consumer.Info.PauseRemaining!.Value, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5));
        Assert.True(await rig.Context.ResumeConsumerAsync(rig.Name, "C", rig.Cancel));
        await consumer.RefreshAsync(rig.Cancel);
        Assert.False(consumer.Info.IsPaused);
    }

    [Fact]
    public async Task Reset_starts_the_sequences_of_the_consumer_again()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        for (int i = 0; i < 9; i++)
        {
            await rig.Context.PublishAsync($"{rig.Name}.a", i, cancellationToken: rig.Cancel);
        }

        await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel);
        ConsumerResetResponse reset = await stream.ResetConsumerAsync("C", 5, rig.Cancel);
        Assert.Equal((5UL, 4UL, 0UL), (reset.ResetSeq, reset.Delivered.StreamSeq, reset.Delivered.ConsumerSeq));
    }

    [Fact]
    public async Task Reset_of_a_missing_consumer_gets_a_clear_error()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(async () => await stream.ResetConsumerAsync("D", 5, rig.Cancel)); // the server itself does not answer
        await rig.Context.CreateConsumerAsync(rig.Name, new ConsumerConfig("C"), rig.Cancel);
        INatsJSConsumer consumer = await rig.Context.GetConsumerAsync(rig.Name, "C", rig.Cancel);
        await rig.Context.DeleteConsumerAsync(rig.Name, "C", rig.Cancel);
        NatsJSConsumerNotFoundException gone = await Assert.ThrowsAsync<NatsJSConsumerNotFoundException>(async () => await consumer.ResetAsync(cancellationToken: rig.Cancel));
        Assert.Equal(10014, gone.Error.ErrCode);
    }

    [Fact]
    public async Task Unpinning_with_a_wrong_group_is_an_error()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        INatsJSConsumer consumer = await rig.Context.CreateConsumerAsync(
            rig.Name, new ConsumerConfig("C") { PriorityGroups = ["a"], PriorityPolicy = ConsumerConfigPriorityPolicy.PinnedClient }, rig.Cancel);
        await consumer.UnpinAsync("a", rig.Cancel);
        NatsJSApiException wrong = await Assert.ThrowsAsync<NatsJSApiException>(async () => await consumer.UnpinAsync("b", rig.Cancel));
        Assert.Equal(10160, wrong.Error.ErrCode);
    }

    [Theory]
    [InlineData("all", 10, 0)]
    [InlineData("last", 10, 9)]
    [InlineData("new", 10, 10)]
    [InlineData("3", 10, 2)]
    [InlineData("5000", 10, 4999)]
    public async Task Response_of_a_creation_contains_the_position_to_resume_from(string begin, int messages, int floor)
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        for (int i = 0; i < messages; i++)
        {
            await rig.Context.PublishAsync($"{rig.Name}.a", i, cancellationToken: rig.Cancel);
        }

        ConsumerConfig config = begin switch
        {
            "all" => new ConsumerConfig(),
            "last" => new ConsumerConfig { DeliverPolicy = ConsumerConfigDeliverPolicy.Last },
            "new" => new ConsumerConfig { DeliverPolicy = ConsumerConfigDeliverPolicy.New },
            _ => new ConsumerConfig { DeliverPolicy = ConsumerConfigDeliverPolicy.ByStartSequence, OptStartSeq = ulong.Parse(begin, System.Globalization.CultureInfo.InvariantCulture) },
        };
        INatsJSConsumer consumer = await stream.CreateOrUpdateConsumerAsync(config, rig.Cancel);
        Assert.Equal((ulong)floor, consumer.Info.Delivered.StreamSeq);
    }

    [Fact]
    public async Task Invalid_filters_are_rejected_by_client_or_server()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.CreateConsumerAsync(
            rig.Name, new ConsumerConfig { FilterSubject = "a", FilterSubjects = ["b"] }, rig.Cancel));
        await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.CreateConsumerAsync(
            rig.Name, new ConsumerConfig { Name = "a", DurableName = "b" }, rig.Cancel));
        NatsJSApiException overlap = await Assert.ThrowsAsync<NatsJSApiException>(async () => await rig.Context.CreateConsumerAsync(
            rig.Name, new ConsumerConfig { FilterSubjects = [$"{rig.Name}.*", $"{rig.Name}.a"] }, rig.Cancel));
        Assert.Equal(10138, overlap.Error.ErrCode);
    }
}
