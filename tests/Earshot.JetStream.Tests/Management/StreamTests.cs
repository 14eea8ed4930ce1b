using System.Text;
using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>Management of streams on a real server.</summary>
[BothServers]
public sealed class StreamTests(JetStreamServers servers)
{
    [Fact]
    public async Task Account_info_contains_api_level_and_limits()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        AccountInfoResponse account = await rig.Context.GetAccountInfoAsync(rig.Cancel);
        Assert.True(account.Api.Level >= 4, $"level {account.Api.Level}");
        Assert.Equal(-1, account.Limits.MaxStreams);
    }

    [Fact]
    public async Task Stream_is_created_read_updated_listed_and_deleted()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        Assert.Equal(rig.Name, stream.Info.Config.Name);
        Assert.Equal(StreamConfigStorage.Memory, stream.Info.Config.Storage);
        Assert.Equal(TimeSpan.FromMinutes(2), stream.Info.Config.DuplicateWindow);
        Assert.NotEqual(default, stream.Info.Created);

        NatsJSStream updated = await rig.Context.UpdateStreamAsync(stream.Info.Config with { MaxMsgs = 7 }, rig.Cancel);
        Assert.Equal(7, updated.Info.Config.MaxMsgs);
        await stream.RefreshAsync(rig.Cancel);
        Assert.Equal(7, stream.Info.Config.MaxMsgs);
        Assert.Equal([rig.Name], await rig.Context.ListStreamNamesAsync($"{rig.Name}.a", rig.Cancel).ToListAsync(rig.Cancel));
        Assert.Equal([rig.Name], await rig.Context.ListStreamsAsync($"{rig.Name}.a", rig.Cancel).Select(found => found.Info.Config.Name).ToListAsync(rig.Cancel));
        Assert.True(await stream.DeleteAsync(rig.Cancel));

        NatsJSStreamNotFoundException gone = await Assert.ThrowsAsync<NatsJSStreamNotFoundException>(async () => await rig.Context.GetStreamAsync(rig.Name, cancellationToken: rig.Cancel));
        Assert.True(gone.Is(NatsJSErrorCode.StreamNotFound));
        Assert.Equal((404, 10059, NatsOutcome.Rejected), (gone.Error.Code, gone.Error.ErrCode, gone.Outcome));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Every_field_of_a_configuration_is_returned_as_sent()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        string source = rig.Name + "S";
        await rig.Context.CreateStreamAsync(new StreamConfig(source, [$"{source}.>"]) { Storage = StreamConfigStorage.Memory }, rig.Cancel);
        StreamConfig sent = rig.Config() with
        {
            Description = "all of it",
            SubjectTransform = new SubjectTransform { Src = $"{rig.Name}.from.*", Dest = $"{rig.Name}.to.{{{{wildcard(1)}}}}" },
            Retention = StreamConfigRetention.Limits,
            MaxConsumers = 11,
            MaxMsgs = 12,
            MaxMsgsPerSubject = 3,
            MaxBytes = 1 << 20,
            MaxAge = TimeSpan.FromHours(1),
            MaxMsgSize = 4096,
            Storage = StreamConfigStorage.File,
            Compression = StreamConfigCompression.S2,
            NumReplicas = 1,
            Discard = StreamConfigDiscard.New,
            DuplicateWindow = TimeSpan.FromSeconds(30),
            Sources = [new StreamSource { Name = source, OptStartSeq = 5, FilterSubject = $"{source}.x" }],
            DenyDelete = true,
            AllowRollupHdrs = true,
            AllowDirect = true,
            Republish = new Republish { Src = $"{rig.Name}.to.>", Dest = $"{rig.Name}R.>", HeadersOnly = true },
            DiscardNewPerSubject = true,
            FirstSeq = 100,
            ConsumerLimits = new StreamConsumerLimits { InactiveThreshold = TimeSpan.FromMinutes(1), MaxAckPending = 99 },
            Metadata = new Dictionary<string, string> { ["owner"] = "test" },
            AllowMsgTTL = true,
            AllowAtomicPublish = true,
            AllowBatchPublish = true,
        };
        INatsJSStream stream = await rig.Context.CreateStreamAsync(sent, rig.Cancel); // VerifyEcho compares
        StreamConfig echoed = stream.Info.Config;
        Assert.Equal("test", echoed.Metadata!["owner"]);
        Assert.Contains(echoed.Metadata!.Keys, key => key.StartsWith("_nats.", StringComparison.Ordinal));
        Assert.Null(echoed.Extra);
        Assert.Equal((100UL, 99, TimeSpan.FromSeconds(30)), (echoed.FirstSeq, echoed.ConsumerLimits!.MaxAckPending, echoed.DuplicateWindow));
        await rig.Context.UpdateStreamAsync(echoed with { Description = "changed" }, rig.Cancel);
        await stream.RefreshAsync(rig.Cancel);
        Assert.Equal("changed", stream.Info.Config.Description);
        Assert.Equal(5UL, Assert.Single(stream.Info.Config.Sources!).OptStartSeq);
        Assert.Equal(source, Assert.Single(stream.Info.Sources!).Name);
    }

    [Fact]
    public async Task Creation_with_the_same_configuration_succeeds_and_with_another_one_fails()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        await rig.CreateStreamAsync();
        NatsJSApiException refused = await Assert.ThrowsAsync<NatsJSApiException>(async () => await rig.CreateStreamAsync(config => config with { MaxMsgs = 1 }));
        Assert.True(refused.Is(NatsJSErrorCode.StreamNameExist));
        INatsJSStream stream = await rig.Context.CreateOrUpdateStreamAsync(rig.Config() with { MaxMsgs = 1 }, rig.Cancel);
        Assert.Equal(1, stream.Info.Config.MaxMsgs);
    }

    [Fact]
    public async Task Create_or_update_creates_a_missing_stream()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.Context.CreateOrUpdateStreamAsync(rig.Config(), rig.Cancel);
        Assert.Equal(rig.Name, stream.Info.Config.Name);
    }

    [Fact]
    public async Task Messages_are_read_deleted_and_purged_and_the_last_sequence_never_decreases()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync();
        for (int i = 1; i <= 6; i++)
        {
            await rig.Connection.RequestAsync<string, string>($"{rig.Name}.{i % 2}", $"m{i}", new NatsHeaders { ["N"] = $"{i}" }, cancellationToken: rig.Cancel); // answered when it is stored
        }

        StoredMessage third = (await stream.GetAsync(new StreamMsgGetRequest { Seq = 3 }, rig.Cancel)).Message;
        Assert.Equal(($"{rig.Name}.1", 3UL, "m3"), (third.Subject, third.Seq, Encoding.UTF8.GetString(third.Data.Span)));
        Assert.Equal("NATS/1.0\r\nN: 3\r\n\r\n", Encoding.UTF8.GetString(Convert.FromBase64String(third.Hdrs!)));
        Assert.Equal(6UL, (await stream.GetAsync(new StreamMsgGetRequest { LastBySubj = $"{rig.Name}.0" }, rig.Cancel)).Message.Seq);
        Assert.Equal(4UL, (await stream.GetAsync(new StreamMsgGetRequest { Seq = 3, NextBySubj = $"{rig.Name}.0" }, rig.Cancel)).Message.Seq);

        Assert.True((await stream.DeleteMessageAsync(new StreamMsgDeleteRequest { Seq = 3 }, rig.Cancel)).Success);
        NatsJSApiException missing = await Assert.ThrowsAsync<NatsJSApiException>(async () => await stream.GetAsync(new StreamMsgGetRequest { Seq = 3 }, rig.Cancel));
        Assert.True(missing.Is(NatsJSErrorCode.MessageNotFound));
        missing = await Assert.ThrowsAsync<NatsJSApiException>(async () => await stream.DeleteMessageAsync(new StreamMsgDeleteRequest { Seq = 3 }, rig.Cancel));
        Assert.True(missing.Is(NatsJSErrorCode.SequenceNotFound));

        var details = new StreamInfoRequest { DeletedDetails = true, SubjectsFilter = ">" };
        StreamState state = (await rig.Context.GetStreamAsync(rig.Name, details, rig.Cancel)).Info.State;
        Assert.Equal([3UL], state.Deleted!);
        Assert.Equal(2, state.Subjects![$"{rig.Name}.1"]);

        Assert.Equal(2, (await stream.PurgeAsync(new StreamPurgeRequest { Filter = $"{rig.Name}.0", Keep = 1 }, rig.Cancel)).Purged);
        Assert.Equal(3, (await stream.PurgeAsync(new StreamPurgeRequest(), rig.Cancel)).Purged);
        await stream.RefreshAsync(rig.Cancel);
        Assert.Equal((0L, 7UL, 6UL), (stream.Info.State.Messages, stream.Info.State.FirstSeq, stream.Info.State.LastSeq));
    }

    [Fact]
    public async Task Lists_are_read_to_their_end_over_several_pages()
    {
        await using ITestServer server = await JetStreamServers.StartAsync();
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(server);
        await Task.WhenAll(Enumerable.Range(0, 301).Select(i =>
            rig.Context.CreateStreamAsync(new StreamConfig($"P{i}", [$"p.{i}"]) { Storage = StreamConfigStorage.Memory }, rig.Cancel).AsTask()));
        List<string> names = await rig.Context.ListStreamNamesAsync(cancellationToken: rig.Cancel).ToListAsync(rig.Cancel);
        List<string?> listed = await rig.Context.ListStreamsAsync(cancellationToken: rig.Cancel).Select(stream => stream.Info.Config.Name).ToListAsync(rig.Cancel);
        Assert.Equal(301, listed.Distinct().Count());
        Assert.Equal(listed.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        StreamListResponse beyond = await rig.Context.JSRequestResponseAsync<StreamListRequest, StreamListResponse>(
            "$JS.API.STREAM.LIST", new StreamListRequest { Offset = 9999 }, rig.Cancel);
        Assert.Equal((301, 301, 0), (beyond.Total, beyond.Offset, beyond.Streams.Count));
    }

    [Fact]
    public async Task Name_with_whitespace_is_rejected_before_a_byte_is_sent()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        foreach (string name in (string[])["", "a b", "a.b", "a*", "a>", "a/b", "a\\b", "a\tb"])
        {
            await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.GetStreamAsync(name, cancellationToken: rig.Cancel));
            await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.CreateStreamAsync(new StreamConfig(name, ["x"]), rig.Cancel));
            await Assert.ThrowsAsync<ArgumentException>(async () => await rig.Context.GetConsumerAsync("S", name, rig.Cancel));
        }
    }
}
