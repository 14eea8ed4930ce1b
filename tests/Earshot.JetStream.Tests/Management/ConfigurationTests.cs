using Earshot.JetStream.Tests.Kit;
using Earshot.RealServer;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Management;

/// <summary>What the configuration of a stream makes the server do, as the configuration guide describes it.</summary>
[BothServers]
public sealed class ConfigurationTests(JetStreamServers servers)
{
    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Stored_messages_are_republished_with_their_sequence()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { Republish = new Republish { Src = $"{rig.Name}.>", Dest = $"R{rig.Name}.>" } });
        await using INatsSub<string> live = await rig.Connection.SubscribeCoreAsync<string>($"R{rig.Name}.>", cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "1", cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "2", cancellationToken: rig.Cancel);
        await live.Msgs.ReadAsync(rig.Cancel);
        NatsMsg<string> second = await live.Msgs.ReadAsync(rig.Cancel);

        Assert.Equal(($"R{rig.Name}.a", "2"), (second.Subject, second.Data));
        Assert.Equal((rig.Name, $"{rig.Name}.a", "2", "1"), (Header(second, "Nats-Stream"), Header(second, "Nats-Subject"), Header(second, "Nats-Sequence"), Header(second, "Nats-Last-Sequence")));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Republish_of_headers_only_has_the_size_of_the_payload()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { Republish = new Republish { Src = $"{rig.Name}.>", Dest = $"R{rig.Name}.>", HeadersOnly = true } });
        await using INatsSub<string> live = await rig.Connection.SubscribeCoreAsync<string>($"R{rig.Name}.>", cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "12345", cancellationToken: rig.Cancel);
        NatsMsg<string> message = await live.Msgs.ReadAsync(rig.Cancel);
        Assert.Equal(("5", true), (Header(message, "Nats-Msg-Size"), string.IsNullOrEmpty(message.Data)));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Subjects_are_transformed_before_messages_are_stored()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync(config => config with
        {
            SubjectTransform = new SubjectTransform { Src = $"{rig.Name}.from.*", Dest = $"{rig.Name}.to.{{{{wildcard(1)}}}}" },
        });
        await rig.Context.PublishAsync($"{rig.Name}.from.x", "1", cancellationToken: rig.Cancel);
        StreamMsgGetResponse stored = await stream.GetAsync(new StreamMsgGetRequest { Seq = 1 }, rig.Cancel);
        Assert.Equal($"{rig.Name}.to.x", stored.Message.Subject);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Mirror_follows_with_the_same_sequences_and_accepts_no_publishes()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        for (int i = 0; i < 3; i++)
        {
            await rig.Context.PublishAsync($"{rig.Name}.a", $"{i}", cancellationToken: rig.Cancel);
        }

        await rig.Context.DeleteMessageAsync(rig.Name, new StreamMsgDeleteRequest { Seq = 1 }, rig.Cancel);
        INatsJSStream mirror = await rig.Context.CreateStreamAsync(Memory($"M{rig.Name}") with { Mirror = new StreamSource { Name = rig.Name } }, rig.Cancel);
        List<(ulong, string?)> read = await ReadAsync(rig, mirror.Info.Config.Name!, 2);
        Assert.Equal([(2UL, "1"), (3UL, "2")], read);
        await rig.Context.PublishAsync($"{rig.Name}.a", "3", cancellationToken: rig.Cancel); // one stream stores it, the mirror follows
        Assert.Equal((4UL, "3"), (await ReadAsync(rig, mirror.Info.Config.Name!, 3))[2]);
        await mirror.RefreshAsync(rig.Cancel);
        Assert.Equal(rig.Name, mirror.Info.Mirror!.Name);
    }

    [Fact]
    [OnlyReal(Because.ItNeedsMirrorsOrSources)]
    public async Task Sources_are_merged_with_their_filters_and_transformations()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync();
        await rig.Context.CreateStreamAsync(Memory($"U{rig.Name}") with { Subjects = [$"U{rig.Name}.>"] }, rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "1", cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.b", "2", cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"U{rig.Name}.x", "3", cancellationToken: rig.Cancel);
        StreamConfig merged = Memory($"A{rig.Name}") with
        {
            Sources =
            [
                new StreamSource { Name = rig.Name, FilterSubject = $"{rig.Name}.a" },
                new StreamSource { Name = $"U{rig.Name}", SubjectTransforms = [new SubjectTransform { Src = $"U{rig.Name}.*", Dest = "mapped.{{wildcard(1)}}" }] },
            ],
        };
        await rig.Context.CreateStreamAsync(merged, rig.Cancel);
        INatsJSConsumer all = await rig.Context.CreateOrderedConsumerAsync(merged.Name!, cancellationToken: rig.Cancel);
        List<(string, string?, string?)> read = [];
        await foreach (INatsJSMsg<string> msg in all.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 2 }, cancellationToken: rig.Cancel))
        {
            read.Add((msg.Subject, msg.Data, msg.Headers!["Nats-Stream-Source"].ToString().Split(' ')[0]));
        }

        Assert.Equal([($"{rig.Name}.a", "1", rig.Name), ("mapped.x", "3", $"U{rig.Name}")], read.OrderBy(row => row.Item2));
    }

    [Fact]
    [OnlyReal(Because.ItNeedsSeveralServers)]
    public async Task Source_of_another_domain_is_copied_over_a_leaf_node()
    {
        using var leafPort = ReservedPort.Take();
        await using ITestServer hub = await JetStreamServers.StartAsync(
            $"jetstream {{ store_dir: \"{{folder}}/js\", domain: hub }}\nleafnodes {{ listen: \"127.0.0.1:{leafPort.Number}\", no_advertise: true }}\n");
        await using ITestServer leaf = await JetStreamServers.StartAsync(
            $"jetstream {{ store_dir: \"{{folder}}/js\", domain: leaf }}\nleafnodes {{ reconnect: \"200ms\", remotes: [{{ url: \"nats-leaf://127.0.0.1:{leafPort.Number}\" }}] }}\n");
        await using JetStreamRig source = await JetStreamRig.ConnectAsync(hub);
        await source.CreateStreamAsync();
        await source.Context.PublishAsync($"{source.Name}.a", "1", cancellationToken: source.Cancel);
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(leaf);
        INatsJSStream copy = await rig.Context.CreateStreamAsync(Memory($"C{rig.Name}") with { Sources = [new StreamSource { Name = source.Name, Domain = "hub" }] }, rig.Cancel);

        Assert.Equal([(1UL, "1")], await ReadAsync(rig, copy.Info.Config.Name!, 1));
        Assert.Equal("$JS.hub.API", copy.Info.Config.Sources!.Single().External!.Api);
    }

    [Fact]
    public async Task Expired_message_leaves_a_marker_when_the_stream_wants_one()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        await rig.CreateStreamAsync(config => config with { AllowMsgTTL = true, SubjectDeleteMarkerTTL = TimeSpan.FromSeconds(1) });
        INatsJSConsumer all = await rig.Context.CreateOrderedConsumerAsync(rig.Name, cancellationToken: rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.a", "1", opts: new NatsJSPubOpts { Ttl = TimeSpan.FromSeconds(1) }, cancellationToken: rig.Cancel);
        List<string?> reasons = [];
        await foreach (INatsJSMsg<string> msg in all.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 2 }, cancellationToken: rig.Cancel))
        {
            reasons.Add(msg.Headers?.TryGetValue("Nats-Marker-Reason", out Microsoft.Extensions.Primitives.StringValues reason) == true ? reason.ToString() : null);
        }

        Assert.Equal([null, "MaxAge"], reasons);
    }

    [Fact]
    public async Task Limits_discard_old_messages_or_reject_new_ones()
    {
        await using JetStreamRig rig = await JetStreamRig.ConnectAsync(await servers.Newest);
        INatsJSStream stream = await rig.CreateStreamAsync(config => config with { MaxMsgsPerSubject = 2, MaxMsgs = 3, Compression = StreamConfigCompression.S2, Storage = StreamConfigStorage.File });
        for (int i = 0; i < 4; i++)
        {
            await rig.Context.PublishAsync($"{rig.Name}.a", $"{i}", cancellationToken: rig.Cancel);
        }

        await stream.RefreshAsync(rig.Cancel);
        Assert.Equal((2L, 3UL, StreamConfigCompression.S2), (stream.Info.State.Messages, stream.Info.State.FirstSeq, stream.Info.Config.Compression));
        await stream.UpdateAsync(stream.Info.Config with { Discard = StreamConfigDiscard.New }, rig.Cancel);
        await rig.Context.PublishAsync($"{rig.Name}.b", "4", cancellationToken: rig.Cancel);
        PubAckResponse rejected = await rig.Context.PublishAsync($"{rig.Name}.c", "5", cancellationToken: rig.Cancel);
        Assert.Equal((NatsJSPublishOutcome.Rejected, 10077), (rejected.Outcome, rejected.Error!.ErrCode));
    }

    private static string? Header(NatsMsg<string> message, string name) => message.Headers?[name].ToString();

    private static StreamConfig Memory(string name) => new() { Name = name, Storage = StreamConfigStorage.Memory };

    private static async Task<List<(ulong, string?)>> ReadAsync(JetStreamRig rig, string stream, int count)
    {
        INatsJSConsumer all = await rig.Context.CreateOrderedConsumerAsync(stream, cancellationToken: rig.Cancel);
        List<(ulong, string?)> read = [];
        await foreach (INatsJSMsg<string> msg in all.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = count }, cancellationToken: rig.Cancel))
        {
            read.Add((msg.Metadata!.Value.Sequence.Stream, msg.Data));
        }

        return read;
    }
}
