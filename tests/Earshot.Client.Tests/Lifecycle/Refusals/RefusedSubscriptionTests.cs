using Earshot.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>The server refuses a subscription: it ends, or it subscribes again.</summary>
public sealed class RefusedSubscriptionTests
{
    private const string Refusal = "-ERR 'Permissions Violation for Subscription to \"orders\"'";
    private static readonly NatsSubOpts s_retry = new() { PermissionViolationPolicy = NatsPermissionViolationPolicy.Retry };

    [Fact]
    public async Task A_rejected_subscription_ends_unless_its_policy_is_to_retry()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", cancellationToken: rig.Token);
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        await peer.SendAsync(Refusal);

        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => sub.Msgs.WaitToReadAsync(rig.Token).AsTask());
        Assert.Equal(NatsSubEndReason.Exception, sub.EndReason);
        Assert.DoesNotContain(rig.Connection.Events.ToList(), e => e is NatsSubscriptionRetryingEvent);
    }

    [Fact]
    public async Task A_subscription_that_retries_subscribes_again_with_growing_waits()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        peer.AnswersPings = true;
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", opts: s_retry, cancellationToken: rig.Token);
        int[] waits = [1, 2, 4, 8, 16, 32, 60, 60];
        for (int i = 0; i < waits.Length; i++)
        {
            await peer.ExpectAsync("SUB orders 1", rig.Token);
            await peer.SendAsync($"{Refusal[..^1]} ({i})'"); // another text each time, which is reported immediately
            NatsSubscriptionRetryingEvent retrying = await RetryAsync(rig, i + 1);
            Assert.Equal(TimeSpan.FromSeconds(waits[i]), retrying.Delay);
            Assert.Same(sub.Subject, retrying.Subscription.Subject);
            rig.Time.Advance(retrying.Delay!.Value - TimeSpan.FromMilliseconds(1));
            Assert.Equal(i + 1, peer.Transcript.Split("SUB orders").Length - 1);
            rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await peer.ExpectAsync("SUB orders 1", rig.Token);
        await peer.SendMessageAsync("orders", 1, "allowed");
        Assert.Equal("allowed", (await sub.Msgs.ReadAsync(rig.Token)).Data);
        Assert.Equal(NatsSubEndReason.None, sub.EndReason);
    }

    [Fact]
    public async Task A_subscription_that_retries_subscribes_immediately_after_INFO_and_with_the_next_session()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer first = await rig.OpenAsync();
        await using INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", opts: s_retry, cancellationToken: rig.Token);
        await first.ExpectAsync("SUB orders 1", rig.Token);
        await first.SendAsync(Refusal);
        await RetryAsync(rig, 1);
        await first.SendInfoAsync();
        await rig.PassUntilAsync(first.ExpectAsync("SUB orders 1", rig.Token), stepMilliseconds: 1);
        await first.SendAsync($"{Refusal[..^1]} (again)'");
        await RetryAsync(rig, 2);
        first.Close();

        ScriptedPeer second = await rig.AcceptAsync();
        await second.ExpectAsync("SUB orders 1", rig.Token);
        await second.ExpectAsync("PING", rig.Token);
        await second.SendAsync("PONG");
        await second.SendMessageAsync("orders", 1, "allowed");
        Assert.Equal("allowed", (await sub.Msgs.ReadAsync(rig.Token)).Data);
    }

    [Fact]
    public async Task A_confirmation_throws_while_the_server_refuses_and_an_ended_subscription_does_not_subscribe_again()
    {
        await using var rig = new ConnectionRig();
        ScriptedPeer peer = await rig.OpenAsync();
        INatsSub<string> sub = await rig.Connection.SubscribeCoreAsync<string>("orders", opts: s_retry, cancellationToken: rig.Token);
        Task confirming = sub.ConfirmAsync(rig.Token).AsTask();
        await peer.ExpectAsync("SUB orders 1", rig.Token);
        await peer.ExpectAsync("PING", rig.Token);
        await peer.SendAsync(Refusal);
        await peer.SendAsync("PONG");
        await Assert.ThrowsAsync<NatsPermissionViolationException>(() => confirming);
        await sub.UnsubscribeAsync();
        await peer.ExpectAsync("UNSUB 1", rig.Token);
        rig.Time.Advance(TimeSpan.FromSeconds(1.5));
        await rig.Connection.PublishAsync("end", "", cancellationToken: rig.Token);

        await peer.ExpectAsync("PUB end", rig.Token);
    }

    private static async Task<NatsSubscriptionRetryingEvent> RetryAsync(ConnectionRig rig, int attempt)
    {
        NatsSubscriptionRetryingEvent? found;
        while ((found = rig.Connection.Events.ToList().OfType<NatsSubscriptionRetryingEvent>().FirstOrDefault(e => e.Attempt == attempt)) is null)
        {
            await Task.Yield();
            rig.Token.ThrowIfCancellationRequested();
        }

        return found;
    }
}
