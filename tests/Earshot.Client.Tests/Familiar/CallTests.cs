using Earshot.Client.Tests.Lifecycle.Connection;
using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Familiar;

/// <summary>Calls that are cancelled, refused or answered by the server, in the places where programs expect their exceptions.</summary>
public sealed class CallTests
{
    private static readonly CancellationToken s_cancelled = new(canceled: true);

    [Fact]
    public async Task A_loop_that_begins_with_a_cancelled_token_throws_and_subscribes_nothing()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CountAsync(rig.Connection.SubscribeAsync<string>("a", cancellationToken: s_cancelled)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CountAsync(rig.Connection.SubscribeAsync<string>("a"), s_cancelled));
        Assert.Equal(0, rig.Connection.Stats.SubscriptionCount);
    }

    [Fact]
    public async Task Reads_of_a_subscription_that_are_cancelled_throw_and_the_subscription_stays()
    {
        await using var rig = new ConnectionRig();
        await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", cancellationToken: rig.Token);
        using var stop = new CancellationTokenSource();
        Task<NatsMsg<string>> read = sub.Msgs.ReadAsync(stop.Token).AsTask();
        Task<int> loop = CountAsync(sub.Msgs.ReadAllAsync(stop.Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
        Assert.Equal(NatsSubEndReason.None, sub.EndReason);
    }

    [Fact]
    public async Task RequestManyAsync_that_is_cancelled_throws_and_before_it_begins_a_TaskCanceledException()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        using var stop = new CancellationTokenSource();
        Task<int> replies = CountAsync(rig.Connection.RequestManyAsync<int, int>("a", 1, cancellationToken: stop.Token));
        await peer.ExpectAsync("SUB", rig.Token);
        await peer.ExpectAsync("PUB a", rig.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => replies);
        Assert.Equal(0, rig.Connection.Stats.SubscriptionCount);

        await Assert.ThrowsAsync<TaskCanceledException>(() => CountAsync(rig.Connection.RequestManyAsync<int, int>("a", 1, cancellationToken: s_cancelled)));
    }

    [Fact]
    public async Task A_subject_that_is_null_is_refused_as_every_other_bad_subject()
    {
        await using var rig = new ConnectionRig();
        await Assert.ThrowsAsync<NatsInvalidSubjectException>(async () => await rig.Connection.PublishAsync(null!, 1, cancellationToken: rig.Token));
        await Assert.ThrowsAsync<NatsInvalidSubjectException>(async () => await rig.Connection.PublishAsync(null!, cancellationToken: rig.Token));
        await Assert.ThrowsAsync<NatsInvalidSubjectException>(async () => await rig.Connection.SubscribeCoreAsync<int>(null!, cancellationToken: rig.Token));
        await Assert.ThrowsAsync<NatsInvalidSubjectException>(async () => await rig.Connection.RequestAsync<int, int>(null!, 1, cancellationToken: rig.Token));
    }

    [Fact]
    public async Task A_subscription_with_ThrowIfNoResponders_ends_with_the_exception()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("a", opts: new NatsSubOpts { ThrowIfNoResponders = true }, cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB a 1", rig.Token);
        await peer.SendMessageAsync("a", 1, "one");
        await peer.SendAsync("HMSG a 1 16 16\r\nNATS/1.0 503\r\n\r\n\r\n");
        Assert.Equal("one", (await sub.Msgs.ReadAsync(rig.Token)).Data);
        await Assert.ThrowsAsync<NatsNoRespondersException>(() => CountAsync(sub.Msgs.ReadAllAsync(rig.Token)));
        Assert.Equal(NatsSubEndReason.Exception, sub.EndReason);
        await peer.ExpectAsync("UNSUB 1", rig.Token);
    }

    private static async Task<int> CountAsync(IAsyncEnumerable<NatsMsg<string>> messages, CancellationToken token = default)
    {
        int count = 0;
        await foreach (NatsMsg<string> _ in messages.WithCancellation(token))
        {
            count++;
        }

        return count;
    }

    private static async Task<int> CountAsync(IAsyncEnumerable<NatsMsg<int>> messages)
    {
        int count = 0;
        await foreach (NatsMsg<int> _ in messages)
        {
            count++;
        }

        return count;
    }
}
