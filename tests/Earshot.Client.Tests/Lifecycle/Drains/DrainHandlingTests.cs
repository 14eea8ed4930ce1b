using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>What a drain waits for: messages that the application has read and is still handling.</summary>
public sealed class DrainHandlingTests
{
    [Fact]
    public async Task A_reply_sent_in_the_body_of_an_enumeration_is_sent_before_the_connection_closes()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        var taken = new TaskCompletionSource();
        var handled = new TaskCompletionSource();
        Task loop = HandleAsync(rig, async message =>
        {
            taken.SetResult();
            await handled.Task;
            await message.ReplyAsync("done", cancellationToken: rig.Token);
        });
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        await peer.SendMessageAsync("orders", 1, "work", "caller.1");
        await taken.Task.WaitAsync(rig.Token);
        Task draining = rig.Connection.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        rig.Time.Advance(TimeSpan.FromSeconds(1)); // more than the grace of messages that are read directly
        Assert.False(draining.IsCompleted);
        handled.SetResult();

        await peer.ExpectAsync("PUB caller.1 4", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await draining;
        await loop;
        Assert.Equal(NatsDrainOutcome.Clean, (await rig.WhenAsync<NatsDrainCompletedEvent>()).Outcome);
    }

    [Fact]
    public async Task A_message_that_was_read_directly_may_be_replied_to_until_the_grace_is_over()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        await peer.SendMessageAsync("orders", 1, "work", "caller.1");
        NatsMsg<string> message = await sub.Msgs.ReadAsync(rig.Token);
        Task draining = rig.Connection.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        Assert.False(await sub.Msgs.WaitToReadAsync(rig.Token));
        await message.ReplyAsync("done", cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB caller.1 4", rig.Token);

        DateTimeOffset before = rig.Time.GetUtcNow();
        await rig.PassAsync(peer.ExpectAsync("PING", rig.Token), TimeSpan.FromSeconds(5));
        Assert.InRange(rig.Time.GetUtcNow() - before, rig.Connection.Opts.DrainGracePeriod, TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<NatsConnectionClosedException>(async () => await message.ReplyAsync("late", cancellationToken: rig.Token));
        await peer.SendAsync("PONG");
        await draining;
    }

    [Fact]
    public async Task A_drain_without_direct_reads_has_no_grace_period()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task loop = HandleAsync(rig, _ => Task.CompletedTask);
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        await peer.SendMessageAsync("orders", 1, "work");
        Task draining = rig.Connection.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await peer.ExpectAsync("PING", rig.Token); // no time has passed
        await peer.SendAsync("PONG");
        await draining;
        await loop;
    }

    [Fact]
    public async Task A_drain_awaited_inside_its_own_loop_times_out_and_reports_why()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        Task loop = HandleAsync(rig, async _ => await rig.Connection.DrainAsync(rig.Token));
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        await peer.SendMessageAsync("orders", 1, "stop");
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        peer.AnswersPings = true;
        Task served = peer.ReadToEndAsync(rig.Token);
        await rig.PassUntilAsync(loop, stepMilliseconds: 1000);

        NatsDrainTimeoutEvent timeout = await rig.WhenAsync<NatsDrainTimeoutEvent>();
        Assert.Equal(("orders", 0, 1), (timeout.Remaining[0].Subject, timeout.Remaining[0].PendingMessages, timeout.Remaining[0].UnhandledMessages));
        Assert.Contains("inside the loop over the same messages", timeout.ToString(), StringComparison.Ordinal);
        Assert.Equal(NatsDrainOutcome.TimedOut, (await rig.WhenAsync<NatsDrainCompletedEvent>()).Outcome);
        await served;
    }

    [Fact]
    public async Task A_drain_of_one_subscription_has_not_ended_while_a_message_is_being_handled()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        await peer.SendMessageAsync("orders", 1, "work");
        IAsyncEnumerator<NatsMsg<string>> messages = sub.Msgs.ReadAllAsync(rig.Token).GetAsyncEnumerator(rig.Token);
        Assert.True(await messages.MoveNextAsync());
        Task draining = sub.DrainAsync(rig.Token).AsTask();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync("PONG");
        await draining.WaitAsync(rig.Token);
        await sub.Msgs.Completion.WaitAsync(rig.Token);
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsDrainCompletedEvent);
        await messages.DisposeAsync();

        Assert.Equal(NatsDrainOutcome.Clean, (await rig.WhenAsync<NatsDrainCompletedEvent>()).Outcome);
    }

    private static async Task HandleAsync(ConnectionRig rig, Func<NatsMsg<string>, Task> handle)
    {
        await foreach (NatsMsg<string> message in rig.Connection.SubscribeAsync<string>("orders", cancellationToken: rig.Token))
        {
            await handle(message);
        }
    }
}
