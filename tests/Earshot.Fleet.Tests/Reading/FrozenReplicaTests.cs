using Earshot.Fleet.Tests.Story;
using Xunit;

namespace Earshot.Fleet.Tests.Reading;

/// <summary>A replica that receives requests and does not answer them, as one of a frozen server does.</summary>
public sealed class FrozenReplicaTests
{
    private const int Lost = 2;
    private const string Accounts =
        """
        accounts {
          A {
            jetstream: enabled, users: [ { user: a, password: pw } ]
            exports: [ { service: "$JS.API.STREAM.INFO.*" }, { service: "$JS.API.DIRECT.GET.*", response_type: stream } ]
          }
          B {
            users: [ { user: b, password: pw } ]
            imports: [
              { service: { account: A, subject: "$JS.API.STREAM.INFO.*" }, to: "info.$1" }
              { service: { account: A, subject: "$JS.API.DIRECT.GET.*" }, to: "get.$1" }
            ]
            mappings: { "$JS.API.STREAM.INFO.*": "info.$1", "$JS.API.DIRECT.GET.*": "asked.$1" }
          }
        }
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reader_asks_again_when_a_replica_does_not_answer()
    {
        await using StreamReaderRig rig = await StreamReaderRig.StartAsync(Accounts, "a");
        var story = new ClusterStory { Now = TimeProvider.System.GetUtcNow() };
        story.Connect(new StoryClient("c0"), story.Start("n1"));
        await rig.Publisher.PublishAsync(story.Records, Token);
        NatsConnection between = await rig.ConnectAsync("b");
        await using INatsSub<byte[]> requests = await between.SubscribeCoreAsync("asked.*", serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Token);
        await requests.ConfirmAsync(Token);
        Task<int> forwarding = ForwardAsync(requests, between);
        FleetStreamContent content = await FleetStreamReader.ReadAsync(await rig.ConnectAsync("b"), cancellationToken: Token);
        Assert.Empty(content.Problems);
        Assert.Equal(2, content.Records.Count);
        await requests.UnsubscribeAsync();
        Assert.InRange(await forwarding, Lost + 2, int.MaxValue);
    }

    // Requests of the viewer come by here; the first ones are lost.
    private static async Task<int> ForwardAsync(INatsSub<byte[]> requests, NatsConnection between)
    {
        int received = 0;
        await foreach (NatsMsg<byte[]> request in requests.Msgs.ReadAllAsync(Token))
        {
            if (received++ >= Lost)
            {
                await between.PublishAsync($"get.{request.Subject["asked.".Length..]}", request.Data, replyTo: request.ReplyTo, serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: Token);
            }
        }

        return received;
    }
}
