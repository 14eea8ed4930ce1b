using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>A subscription is active as long as a reader for its messages exists; then it is unsubscribed.</summary>
public sealed class CollectedSubscriptionTests
{
    [Fact]
    public async Task A_subscription_that_has_no_reader_any_more_is_unsubscribed()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task<NatsSubscriptionRemovedEvent> removed = rig.Connection.Events.WhenAsync<NatsSubscriptionRemovedEvent>(cancellationToken: rig.Token);
        await SubscribeAndForgetAsync(rig);
        await peer.ExpectAsync("SUB a 1", rig.Token);

        await CollectUntilAsync(removed, rig);
        Assert.Equal(NatsSubEndReason.Collected, (await removed).Reason);
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        Assert.Equal(0, rig.Connection.Stats.SubscriptionCount);
    }

    [Fact]
    public async Task Msgs_alone_keep_it_alive()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        ChannelReader<NatsMsg<string>> messages = await OnlyMsgsAsync(rig);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        Collect();

        await peer.SendMessageAsync("a", 1, "still here");
        Assert.Equal("still here", (await messages.ReadAsync(rig.Token)).Data);
        Assert.Equal(1, rig.Connection.Stats.SubscriptionCount);
        GC.KeepAlive(messages);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_enumeration_or_a_read_that_waits_keeps_it_alive(bool enumerates)
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task<string?> reading = enumerates ? EnumerateAsync(rig) : ReadOneAsync(rig);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        Collect();

        await peer.SendMessageAsync("a", 1, "still here");
        Assert.Equal("still here", await reading.WaitAsync(rig.Token));
    }

    [Fact]
    public async Task One_that_was_disposed_is_unsubscribed_once()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        var reasons = new List<NatsSubEndReason>();
        using IDisposable listening = rig.Connection.Events.On<NatsSubscriptionRemovedEvent>(e => reasons.Add(e.Reason));
        await SubscribeAndDisposeAsync(rig);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        Collect();

        peer.AnswersPings = true;
        Task ping = rig.Connection.PingAsync(rig.Token).AsTask();
        await Task.WhenAny(ping, peer.ReadOperationAsync(rig.Token));
        Assert.True(ping.IsCompletedSuccessfully); // no second UNSUB came before
        await rig.PassUntilAsync(rig.Connection.CloseAsync().AsTask());
        Assert.Equal([NatsSubEndReason.Unsubscribed], reasons);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task SubscribeAndForgetAsync(ConnectionRig rig) => await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task SubscribeAndDisposeAsync(ConnectionRig rig) => await (await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token)).DisposeAsync();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<ChannelReader<NatsMsg<string>>> OnlyMsgsAsync(ConnectionRig rig) => (await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token)).Msgs;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<string?> ReadOneAsync(ConnectionRig rig) =>
        (await (await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token)).Msgs.ReadAsync(CancellationToken.None)).Data;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<string?> EnumerateAsync(ConnectionRig rig)
    {
        await foreach (NatsMsg<string> message in rig.Connection.SubscribeAsync<string>("a"))
        {
            return message.Data;
        }

        return null;
    }

    private static async Task CollectUntilAsync(Task happened, ConnectionRig rig)
    {
        while (!happened.IsCompleted)
        {
            Collect();
            await Task.Yield(); // a collection every time: what it finds is reported on the thread pool
            rig.Token.ThrowIfCancellationRequested();
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
