using System.Text;
using System.Text.Json.Nodes;
using Earshot.Interop.Tests.Kit;
using Earshot.JetStream;
using Earshot.Testing;
using Xunit;

namespace Earshot.Interop.Tests;

/// <summary>Messages with headers, and streams and consumers, that one client writes and the other one reads.</summary>
[BothServers]
[Trait("Duration", "Long")]
public sealed class MessageTests(InteropServer server)
{
    [Fact]
    public async Task Headers_keep_their_names_values_and_order_in_both_directions()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        await rig.Peer.AskAsync("subscribe", $"{rig.Name}.ours");
        await rig.Connection.PublishAsync($"{rig.Name}.ours", "x", new NatsHeaders { ["Two"] = new([" first", "größer"]), ["other-Case"] = "1" }, cancellationToken: rig.Cancel);
        JsonNode theirs = (await rig.Peer.AskAsync("received", $"{rig.Name}.ours", 1))!.AsArray().Single()!;
        Assert.Equal(["first", "größer"], theirs["headers"]!["Two"]!.AsArray().Select(value => ((string)value!).Trim()));
        Assert.Equal("1", (string)theirs["headers"]!["other-Case"]!.AsArray().Single()!);

        await using INatsSub<string> subscription = await rig.Connection.SubscribeCoreAsync<string>($"{rig.Name}.theirs", cancellationToken: rig.Cancel);
        await rig.Connection.PingAsync(rig.Cancel);
        await rig.Peer.AskAsync("publish", $"{rig.Name}.theirs", Convert.ToBase64String(Encoding.UTF8.GetBytes("y")), new JsonObject { ["Two"] = new JsonArray("a", "b"), ["other-Case"] = new JsonArray("2") });
        NatsMsg<string> message = await subscription.Msgs.ReadAsync(rig.Cancel);
        Assert.Equal(("y", "2"), (message.Data, message.Headers!["other-Case"].ToString()));
        Assert.Equal(["a", "b"], message.Headers["Two"].ToArray());
    }

    [Fact]
    public async Task Stream_and_consumer_of_Earshot_are_used_by_the_other_client_and_the_other_way_round()
    {
        await using InteropRig rig = await InteropRig.StartAsync(server);
        INatsJSContext context = rig.Connection.CreateJetStreamContext();
        await context.CreateStreamAsync(new StreamConfig(rig.Name, [$"{rig.Name}.>"]) { Storage = StreamConfigStorage.Memory }, rig.Cancel);
        Assert.Equal(rig.Name, (string?)(await rig.Peer.AskAsync("streamInfo", rig.Name))!["name"]);
        await rig.Peer.AskAsync("streamPublish", $"{rig.Name}.a", Convert.ToBase64String("one"u8), "id-1");
        PubAckResponse again = await context.PublishAsync($"{rig.Name}.a", "one", opts: new NatsJSPubOpts { MsgId = "id-1" }, cancellationToken: rig.Cancel);
        Assert.Equal((1UL, NatsJSPublishOutcome.Duplicate), (again.Seq, again.Outcome)); // their id
        await context.PublishAsync($"{rig.Name}.a", "two", opts: new NatsJSPubOpts { MsgId = "id-2" }, cancellationToken: rig.Cancel);
        JsonNode theirs = (await rig.Peer.AskAsync("streamPublish", $"{rig.Name}.a", Convert.ToBase64String("two"u8), "id-2"))!;
        Assert.Equal((2, true), ((int)theirs["seq"]!, (bool)theirs["duplicate"]!)); // our id

        await context.CreateOrUpdateConsumerAsync(rig.Name, new ConsumerConfig("ours") { AckPolicy = ConsumerConfigAckPolicy.Explicit }, rig.Cancel);
        Assert.Equal(["one", "two"], (await rig.Peer.AskAsync("consume", rig.Name, "ours", 2))!.AsArray().Select(text => (string)text!));
        await rig.Peer.AskAsync("consumerAdd", rig.Name, "theirs");
        INatsJSConsumer consumer = await context.GetConsumerAsync(rig.Name, "theirs", rig.Cancel);
        List<string?> read = [];
        await foreach (INatsJSMsg<string> message in consumer.FetchAsync<string>(new NatsJSFetchOpts { MaxMsgs = 2 }, cancellationToken: rig.Cancel))
        {
            read.Add(message.Data);
            await message.AckAsync(new AckOpts { DoubleAck = true }, rig.Cancel);
        }

        Assert.Equal(["one", "two"], read);
        await consumer.RefreshAsync(rig.Cancel);
        Assert.Equal((0L, 0L), ((long)consumer.Info.NumPending, (long)consumer.Info.NumAckPending));
    }
}
