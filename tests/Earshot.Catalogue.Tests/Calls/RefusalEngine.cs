using Earshot.Catalogue.Tests.Bytes.Engines;
using Xunit;

namespace Earshot.Catalogue.Tests.Calls;

/// <summary>The call throws before it returns: no byte is written, no subscription id is used, and the connection is not affected.</summary>
internal static class RefusalEngine
{
    public static async Task RunAsync(CallRow row)
    {
        if (row.Construction is { } construct)
        {
            Assert.IsType(row.Exception, Record.Exception(construct));
            return;
        }

        await using OpenSession session = await OpenSession.StartAsync(row.Options);
        NatsStats before = session.Connection.Stats;
        Assert.IsType(row.Exception, Record.Exception(() => row.Call!(session.Connection)));
        Assert.Empty(await session.SettleAsync());
        Assert.Equal((before.SubscriptionCount, before.SentMessages), (session.Connection.Stats.SubscriptionCount, session.Connection.Stats.SentMessages));
        Assert.Empty(session.Events());
        await using INatsSub<int> next = await session.Connection.SubscribeCoreAsync<int>("next", cancellationToken: session.Rig.Token);
        await session.Peer.ExpectAsync("SUB next 3", session.Rig.Token);
    }
}
