using Earshot.JetStream.Tests.Kit;
using Earshot.Testing;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>A consumer that serves one client, which has its pin (ADR-42), on a real server.</summary>
[BothServers]
public sealed class PinTests(JetStreamServers servers)
{
    private static readonly NatsJSConsumeOpts s_pinned = new()
    {
        MaxMsgs = 2,
        Expires = TimeSpan.FromSeconds(5),
        IdleHeartbeat = TimeSpan.FromSeconds(1),
        PriorityGroup = new NatsJSPriorityGroupOpts { Group = "A" },
    };

    private static readonly NatsOpts s_quick = new() { ReconnectWaitMin = TimeSpan.FromMilliseconds(20), ReconnectWaitMax = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task Pin_is_dropped_on_423_and_kept_over_reconnects()
    {
        await using ConsumeRig rig = await ConsumeRig.StartAsync(
            await servers.Newest,
            config => (config.PriorityGroups, config.PriorityPolicy, config.PinnedTTL) = (["A"], ConsumerConfigPriorityPolicy.PinnedClient, TimeSpan.FromSeconds(60)),
            opts: s_quick);
        await using INatsJSConsume<string> consume = await rig.Consumer.StartConsumeAsync<string>(opts: s_pinned, cancellationToken: rig.Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = consume.Msgs.GetAsyncEnumerator(rig.Cancel);
        await rig.StoreAsync(1);
        Assert.Equal("0", await NextAsync(messages));
        string pin = await PinAsync(rig);

        await rig.Rig.Connection.ReconnectAsync(new NatsForceReconnectOptions(), rig.Cancel);
        await rig.StoreAsync(3, 1); // more than one pull brings, so that one with the pin is needed
        Assert.Equal(["1", "2", "3"], [await NextAsync(messages), await NextAsync(messages), await NextAsync(messages)]);
        Assert.Equal(pin, await PinAsync(rig));
        Assert.DoesNotContain(NatsJSNotificationKind.PinIdMismatch, Told(rig));

        await rig.Consumer.UnpinAsync("A", rig.Cancel);
        await rig.StoreAsync(3, 4);
        Assert.Equal(["4", "5", "6"], [await NextAsync(messages), await NextAsync(messages), await NextAsync(messages)]);
        Assert.NotEqual(pin, await PinAsync(rig));
        Assert.Equal(2, Told(rig).Count(kind => kind == NatsJSNotificationKind.Pinned));
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<INatsJSMsg<string>> messages)
    {
        Assert.True(await messages.MoveNextAsync());
        await messages.Current.AckAsync();
        return messages.Current.Data!;
    }

    private static async Task<string> PinAsync(ConsumeRig rig) => (await rig.InfoAsync()).PriorityGroups!.First().PinnedClientId!;

    private static List<NatsJSNotificationKind> Told(ConsumeRig rig) =>
        [.. rig.Rig.Connection.Events.ToList().OfType<NatsConsumerNotificationEvent>().Select(e => e.Notification)];
}
